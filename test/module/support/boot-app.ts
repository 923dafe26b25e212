import type { DynamicModule, INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule, type TestingModuleBuilder } from '@nestjs/testing';
import { TaskerModule, type TaskerModuleOptions } from '@tasker/nestjs';
import { testDatabase } from '../../support/database';

/** Options of the module without the connection string, which the support file knows. */
export type TestOptions = Omit<TaskerModuleOptions, 'database'> & {
  database?: TaskerModuleOptions['database'];
};

/** What an application under test is made of. */
export interface TestAppParts extends ModuleMetadata {
  options?: TestOptions;
  /** Takes the place of `TaskerModule.forRoot(options)`. */
  tasker?: (url: string) => DynamicModule;
  /** Last changes to the module, such as overridden providers. */
  prepare?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

type Named<T> = (new (...args: never[]) => T) | (abstract new (...args: never[]) => T);

/** Applications on databases of one test file, closed and dropped after each test. */
export class TestApps {
  private readonly open: INestApplicationContext[] = [];
  private databases: { drop(): Promise<void> }[] = [];

  async database(): Promise<string> {
    const database = await testDatabase();
    this.databases.push(database);
    return database.url;
  }

  /** Boots without HTTP. */
  async boot(parts: TestAppParts, url?: string): Promise<INestApplicationContext> {
    const compiled = await this.compile(parts, url);
    return this.keep(await compiled.init());
  }

  async compile(
    { options = {}, tasker, prepare = (builder) => builder, ...metadata }: TestAppParts,
    url?: string,
  ): Promise<TestingModule> {
    const own = url ?? (await this.database());
    const root = tasker ? tasker(own) : TaskerModule.forRoot(quiet(own, options));
    const builder = Test.createTestingModule({ ...metadata, imports: [root, ...(metadata.imports ?? [])] });
    return prepare(builder).compile();
  }

  /** Closes it after the test, whatever happens in between. */
  keep<T extends INestApplicationContext>(app: T): T {
    this.open.push(app);
    return app;
  }

  async closeAll(): Promise<void> {
    for (const app of this.open.splice(0)) await app.close();
    for (const database of this.databases.splice(0)) await database.drop();
  }
}

/** Short times and no lines: a test that fails says enough. */
export function quiet(url: string, { database = {}, worker = {}, ...options }: TestOptions = {}): TaskerModuleOptions {
  return {
    logging: { level: 'silent' },
    ...options,
    database: { ...(typeof database === 'string' ? {} : database), url },
    worker: { pollMs: 100, shutdownGraceMs: 5_000, ...worker },
  };
}

/** The provider, found wherever it is. */
export const from = <T>(app: INestApplicationContext, type: Named<T> | string): T =>
  app.get<T>(type, { strict: false });

/** A template of one step. */
export const oneStep = (name: string, handler = name) => ({
  name,
  version: '1.0.0',
  steps: [{ name: 'only', handler }],
});
