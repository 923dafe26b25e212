// Makes new applications of both majors, adds Tasker with the schematics of the packed package, generates one of each,
// compiles what came of it, runs the specs and a task. Needs a build. Prints `N passed, N failed` at the end.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../libs/embedded-postgres/dist/index.js';
import { Checks } from '../packaging/checks.mjs';
import { command } from '../packaging/command.mjs';
import { pack } from '../packaging/tarballs.mjs';
import { Application, APPLICATIONS } from './applications.mjs';

const ROOT = join(import.meta.dirname, '../..');
const COLLECTION = '@tasker/nestjs';

/** Fails with what is there when one of the patterns is not. */
function expectText(text, ...patterns) {
  const absent = patterns.filter((pattern) => !pattern.test(text));
  if (absent.length > 0) throw new Error(`not found: ${absent.join(', ')} in\n${text}`);
}

async function addAndGenerate(checks, app) {
  const { name, cwd } = app;
  await checks.check(`${name}: nest add`, async () => {
    await app.nest(cwd, 'add', COLLECTION, '--skip-install');
    expectText(
      app.read('src/app.module.ts'),
      /TaskerModule\.forRoot\(\{/,
      /controllers: \[AppController\]/,
      /AppService, PrepareGreeting/,
    );
    expectText(app.read('.env.example'), /^DATABASE_URL=/m);
  });
  await checks.check(`${name}: nest add changes nothing the second time`, async () => {
    const before = app.read('src/app.module.ts');
    await app.nest(cwd, 'add', COLLECTION, '--skip-install');
    if (app.read('src/app.module.ts') !== before) throw new Error(app.read('src/app.module.ts'));
  });
  await checks.check(`${name}: nest generate handler, subscriber, template`, async () => {
    await app.nest(cwd, 'generate', '--collection', COLLECTION, 'handler', 'sendInvoice');
    await app.nest(cwd, 'generate', '--collection', COLLECTION, 'subscriber', 'task-audit');
    await app.nest(cwd, 'generate', '--collection', COLLECTION, 'template', 'nightly_report');
    expectText(app.read('src/app.module.ts'), /\bSendInvoice\b/, /\bTaskAuditSubscriber\b/, /\bStartNightlyReport\b/);
  });
  await checks.check(`${name}: the schematic of a template takes steps`, async () => {
    await app.schematic(
      `${COLLECTION}:template`,
      '--name=import-order',
      '--namespace=shop',
      '--steps=fetchOrder,store-order',
    );
    expectText(app.read('tasks/import-order.yaml'), /^namespace_name: shop$/m, /depends_on_step: fetch_order$/m);
  });
}

/** With the runner of the starter; Jest, which is two hundred packages, is the one of this repository. */
function runSpecs(app) {
  if (app.facts.types !== 'jest') {
    // The starter's configuration wants a plug-in for aliases, which nothing generated has.
    app.replace(
      'vitest.config.ts',
      /[^]*/,
      "export default { test: { globals: true, include: ['src/tasks/**/*.spec.ts'] } };",
    );
    const vitest = [join(app.cwd, 'node_modules/vitest/vitest.mjs'), 'run'];
    return command(process.execPath, vitest, { cwd: app.cwd });
  }
  const transform = { '^.+\\.ts$': [join(ROOT, 'node_modules/@swc/jest'), SWC] };
  const config = {
    rootDir: app.cwd,
    testRegex: 'src/tasks/.*\\.spec\\.ts$',
    testEnvironment: 'node',
    transform,
  };
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  return command(process.execPath, [jest, '--config', JSON.stringify(config), '--ci', '--silent'], { cwd: app.cwd });
}

const SWC = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'commonjs' },
};

/** The other package that is installed beside an application. */
async function lint(checks, { name, cwd }) {
  await checks.check(`${name}: the command line finds no fault in what was generated`, async () => {
    const printed = await command(join(cwd, 'node_modules/.bin/tasker'), ['template', 'lint', 'tasks'], { cwd });
    expectText(printed, /^3 files, 3 sound templates, 0 faults$/m);
  });
}

/** Before anything of the test's own is in it. */
async function lintCode(checks, app) {
  await checks.check(`${app.name}: the starter's linter finds no fault in what was generated`, () => app.lint());
}

async function compileAndRun(checks, app, serverUrl) {
  mkdirSync(join(app.cwd, 'src'), { recursive: true });
  cpSync(join(import.meta.dirname, 'run-tasks.ts.txt'), join(app.cwd, 'src/run-tasks.ts'));
  const suffix = JSON.parse(app.read('package.json')).type === 'module' ? '.js' : '';
  app.replace('src/run-tasks.ts', "'./app.module'", `'./app.module${suffix}'`);
  const compiles = await checks.check(`${app.name}: what was generated compiles`, () =>
    command(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], { cwd: app.cwd }),
  );
  if (!compiles) return;
  await checks.check(`${app.name}: the generated specs pass`, () => runSpecs(app));
  await checks.check(`${app.name}: boots and runs tasks of all templates`, async () => {
    const DATABASE_URL = await createDatabase(serverUrl, app.name);
    const printed = await command(process.execPath, ['dist/src/run-tasks.js'], {
      cwd: app.cwd,
      env: { DATABASE_URL },
      timeoutMs: 60_000,
    });
    expectText(
      printed,
      /^default\.hello complete \{"text":"Hello, Ada!"\}$/m,
      /^default\.nightly_report complete/m,
      /^shop\.import_order complete/m,
    );
  });
}

async function createDatabase(serverUrl, name) {
  const database = name.replaceAll(/\W/g, '_');
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${database}`).finally(() => client.end());
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

const work = mkdtempSync(join(tmpdir(), 'tasker-schematics-'));
const checks = new Checks();
let server;
try {
  const tarballs = pack(work);
  server = await startPostgres();
  await Promise.all(
    APPLICATIONS.map(async (facts) => {
      mkdirSync(join(work, facts.name));
      const app = new Application(work, facts, tarballs);
      if (!(await checks.check(`${app.name}: nest new, and installs`, () => app.create()))) return;
      await addAndGenerate(checks, app);
      await lint(checks, app);
      await lintCode(checks, app);
      await compileAndRun(checks, app, server.url);
    }),
  );
} catch (error) {
  checks.fail('schematics', error);
} finally {
  await server?.stop();
  if (!process.env.KEEP_SCHEMATICS) rmSync(work, { recursive: true, force: true });
}
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);
