import { join } from 'node:path';
import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { formatted } from './formatting';
import { hostPrettier, hostTypeScript } from './host-module';
import { addToModule, moduleMentions, NoModuleError, type ModuleAddition } from './module-edit';

/** What every schematic may be told about the application. */
export interface ApplicationOptions {
  /** Folder of the sources. Default `src`. */
  readonly sourceRoot?: string;
  /** File of the module to add to. Default `app.module.ts` in the folder of the sources. */
  readonly module?: string;
}

interface Manifest {
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The application a schematic runs in: its files as they shall be. */
export class Application {
  readonly sourceRoot: string;
  readonly modulePath: string;
  private readonly manifest: Manifest;
  /** Sources that were written, with what was there before. */
  private readonly written = new Map<string, string | undefined>();

  constructor(
    readonly tree: Tree,
    private readonly context: SchematicContext,
    { sourceRoot, module }: ApplicationOptions,
  ) {
    this.sourceRoot = sourceRoot === undefined || sourceRoot === '' ? 'src' : sourceRoot;
    this.modulePath = module ?? `${this.sourceRoot}/app.module.ts`;
    this.manifest = tree.exists('package.json') ? (tree.readJson('package.json') as Manifest) : {};
  }

  /** ES modules name the file they import. */
  get importSuffix(): string {
    return this.manifest.type === 'module' ? '.js' : '';
  }

  depends(name: string): boolean {
    return name in { ...this.manifest.dependencies, ...this.manifest.devDependencies };
  }

  /** Writes a new file; one that is there stays as it is. */
  create(path: string, text: string): void {
    if (this.tree.exists(path)) return this.context.logger.info(`${path} is there already.`);
    this.tree.create(path, text);
    if (path.endsWith('.ts')) this.written.set(path, undefined);
  }

  /** Appends lines to a file, or makes it, unless it has the mark already. */
  append(path: string, mark: string, text: string): void {
    const before = this.tree.exists(path) ? this.tree.readText(path) : '';
    if (before.includes(mark)) return;
    const gap = before === '' || before.endsWith('\n') ? '' : '\n';
    if (this.tree.exists(path)) this.tree.overwrite(path, `${before}${gap}${text}`);
    else this.tree.create(path, text);
  }

  moduleMentions(name: string): boolean {
    const ts = hostTypeScript();
    if (!ts || !this.tree.exists(this.modulePath)) return false;
    return moduleMentions(ts, this.tree.readText(this.modulePath), name);
  }

  /** Adds to the module; says what to add by hand where that cannot be done. */
  addToModule(additions: readonly ModuleAddition[]): void {
    const fault = this.changeModule(additions);
    if (fault === undefined) return;
    const lines = additions.map(({ list, expression }) => `  ${list}: [${expression}],`);
    this.context.logger.warn(`${this.modulePath} was left alone: ${fault}. Add to a module:\n${lines.join('\n')}`);
  }

  say(line: string): void {
    this.context.logger.info(line);
  }

  /** Formats the sources that were written, where the application has a formatter. The last thing a schematic does. */
  async format(): Promise<void> {
    const prettier = hostPrettier();
    if (!prettier) return;
    for (const [path, before] of this.written) {
      const after = this.tree.readText(path);
      this.tree.overwrite(path, await formatted(prettier, { path: join(process.cwd(), path), before, after }));
    }
  }

  private changeModule(additions: readonly ModuleAddition[]): string | undefined {
    const ts = hostTypeScript();
    if (!this.tree.exists(this.modulePath)) return 'there is no such file (name another one with --module)';
    if (!ts) return 'the application has no TypeScript to read it with';
    try {
      const before = this.tree.readText(this.modulePath);
      this.tree.overwrite(this.modulePath, addToModule(ts, before, additions));
      if (!this.written.has(this.modulePath)) this.written.set(this.modulePath, before);
      return undefined;
    } catch (error) {
      if (error instanceof NoModuleError) return error.message;
      throw error;
    }
  }
}
