import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { testDatabase, type TestDatabase } from '../support/database';
import { buildOnce, ROOT } from '../demo/support/build';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const firstTask = /<!-- first-task:[^>]*-->\s*```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
/** Inside the checkout, because the block imports the package by its name. */
const folder = join(ROOT, 'node_modules/.cache/tasker-readme');

describe('the first task in the README', () => {
  let database: TestDatabase | undefined;

  beforeAll(async () => {
    await buildOnce();
    database = await testDatabase();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'first-task.ts'), firstTask);
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database?.drop();
  });

  it('has fewer than 40 lines', () => {
    const lines = firstTask.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThan(40);
  });

  it('compiles, runs, and prints what the README says', async () => {
    expect(compile(join(folder, 'first-task.ts'))).toEqual([]);
    const env = { ...process.env, DATABASE_URL: database?.url };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, 'first-task.js')], { env });
    const promised = /It prints `([^`]+)`/.exec(readme)?.[1];
    expect(promised).toBeDefined();
    expect({ stdout, stderr }).toEqual({ stdout: `${promised}\n`, stderr: '' });
  }, 60_000);
});

/** Type-checks against the built package and writes the JavaScript beside it. @returns what the compiler says */
function compile(file: string): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const overrides = {
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    inlineSources: false,
  };
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, ...overrides }, ROOT);
  const program = ts.createProgram([file], options);
  program.emit();
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
