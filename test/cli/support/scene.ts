import type { AddressInfo } from 'node:net';
import { Injectable, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  PermanentError,
  StepHandler,
  TaskerModule,
  TaskerService,
  type StepContext,
  type TaskerModuleOptions,
  type TaskRequest,
} from '@tasker/nestjs';
import type { AccessPolicy, Principal } from '@tasker/nestjs/access';
import { Client } from 'pg';
import { TaskerHealthModule } from '../../../src/health';
import { TaskerRestModule } from '../../../src/rest';
import { testDatabase, type TestDatabase } from '../../support/database';
import { tasker, type Ran, type RunOptions } from './tasker';

/** Name of the step that shall fail for good, or run until it is let go. */
interface OrderContext {
  readonly order?: string;
  readonly failAt?: string;
  readonly holdAt?: string;
}

/** Does as the context says; what has failed succeeds once `mended` names the step. */
@StepHandler('work')
class Work implements StepHandler<OrderContext> {
  static readonly mended = new Set<string>();

  async process({ name, task, signal }: StepContext<OrderContext>): Promise<unknown> {
    const { failAt, holdAt, order } = task.context;
    if (holdAt === name) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    if (failAt === name && !Work.mended.has(String(order))) throw new PermanentError(`no ${name} today`);
    return { did: name };
  }
}

const step = (name: string, dependsOn: string[] = [], changes: object = {}) => ({
  name,
  handler: 'work',
  dependsOn,
  ...changes,
});

/** Two versions of a template. */
const TEMPLATES: NonNullable<TaskerModuleOptions['templates']> = [
  { namespace: 'shop', name: 'order', version: '1.2.0', steps: [step('validate'), step('charge', ['validate'])] },
  {
    ...{ namespace: 'shop', name: 'order', version: '1.10.0' },
    contextSchema: { type: 'object', properties: { order: { type: 'string' } } },
    searchAttributes: [{ name: 'order' }],
    steps: [
      step('validate'),
      step('charge', ['validate']),
      step('newsletter', ['validate'], { skippable: true }),
      step('ship', ['charge', 'newsletter']),
    ],
  },
];

const ALL: Principal = { id: 'ops', permissions: ['*'], namespaces: '*' };
const PRINCIPALS: Record<string, Principal> = {
  'Bearer everything': ALL,
  'Bearer looking': { id: 'viewer', permissions: ['tasker.task:index', 'tasker.task:show'], namespaces: '*' },
};

@Injectable()
class TokenPolicy implements AccessPolicy {
  authenticate(request: { headers: Record<string, string | undefined> }): Promise<Principal | null> {
    return Promise.resolve(PRINCIPALS[request.headers['authorization'] ?? ''] ?? null);
  }
}

/** What the program prints of an error with --json. */
interface ToldError {
  readonly errorCode: string;
  readonly message: string;
  readonly hint: string | null;
  readonly details: readonly { readonly path: string; readonly message: string }[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** How the program reaches Tasker: past the application, or through it. */
export type Way = 'database' | 'rest';

/** A running application on a database of its own, and the program pointed at it. */
export class Scene {
  readonly mended = Work.mended;
  private app!: INestApplication;
  private database!: TestDatabase;
  private client!: Client;

  /** How `run` reaches it. */
  way: Way = 'database';

  async open(): Promise<void> {
    this.database = await testDatabase();
    const module = await Test.createTestingModule({
      imports: [
        TaskerModule.forRoot({
          database: { url: this.url },
          templates: TEMPLATES,
          logging: { level: 'silent' },
          worker: { pollMs: 50, leaseMs: 3_000, shutdownGraceMs: 500, name: 'scene' },
        }),
        TaskerRestModule.register({ access: new TokenPolicy() }),
        TaskerHealthModule.register({ status: { access: new TokenPolicy(), cacheMs: 0 } }),
      ],
      providers: [Work],
    }).compile();
    this.app = module.createNestApplication({ logger: false });
    await this.app.listen(0, '127.0.0.1');
    this.client = new Client({ connectionString: this.url });
    await this.client.connect();
  }

  get url(): string {
    return this.database.url;
  }

  get endpoint(): string {
    const { port } = (this.app.getHttpServer() as { address(): AddressInfo }).address();
    return `http://127.0.0.1:${port}/tasker`;
  }

  /** Environment that leads the program here. */
  environment(): Record<string, string> {
    if (this.way === 'rest') return { TASKER_URL: this.endpoint, TASKER_TOKEN: 'everything' };
    return { TASKER_DATABASE_URL: this.url, TASKER_ACTOR: 'ops' };
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return tasker(args, { ...options, env: { ...this.environment(), ...options.env } });
  }

  /** Runs with --json, demands that it succeeds, and gives what it printed. */
  async json<T>(...args: string[]): Promise<T> {
    const { exitCode, stdout, stderr } = await this.run([...args, '--json']);
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}\n${stdout}\n${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Runs with --json, demands that it fails, and gives the error it printed. */
  async error(...args: string[]): Promise<ToldError & { exitCode: number }> {
    const { exitCode, stdout, stderr } = await this.run([...args, '--json']);
    if (exitCode === 0) throw new Error(`it succeeded:\n${stdout}`);
    return { ...(JSON.parse(stderr) as ToldError), exitCode: exitCode ?? -1 };
  }

  /** Creates a task; by the application, which is quicker than by the program. */
  async create(context: OrderContext = {}, request: Partial<TaskRequest> = {}): Promise<string> {
    const tasker = this.app.get(TaskerService, { strict: false });
    return (await tasker.create({ namespace: 'shop', name: 'order', context, ...request })).taskId;
  }

  /** Creates a task, and waits until it stands so in the database. */
  async task(context: OrderContext, state: string, request: Partial<TaskRequest> = {}): Promise<string> {
    const id = await this.create(context, request);
    await this.taskIs(id, state);
    return id;
  }

  taskIs(id: string, state: string): Promise<void> {
    return this.until(`select state = '${state}' as met from tasker.task_list where task_id = $1`, id);
  }

  /** Waits until the step of a task stands so. */
  stepIs(id: string, name: string, state: string): Promise<void> {
    return this.until(
      `select state = '${state}' as met from tasker.task_steps where task_id = $1 and name = '${name}'`,
      id,
    );
  }

  async until(sql: string, ...values: unknown[]): Promise<void> {
    const end = performance.now() + 15_000;
    for (;;) {
      const { rows } = await this.client.query<{ met: boolean }>(sql, values);
      if (rows[0]?.met) return;
      if (performance.now() > end) throw new Error(`never true: ${sql}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async query<T>(sql: string, ...values: unknown[]): Promise<T[]> {
    return (await this.client.query(sql, values)).rows as T[];
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.app.close();
    await this.database.drop();
  }
}
