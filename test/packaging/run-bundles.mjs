// The packages as other people install and bundle them: pnpm without hoisting, Yarn Plug'n'Play, webpack, SWC minified.
// Needs a build. Prints one line for each check and `N passed, N failed` at the end. `npm run test:packaging` has esbuild,
// and an application of ES modules.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../libs/embedded-postgres/dist/index.js';
import { runsTask } from './applications.mjs';
import { Checks } from './checks.mjs';
import { command } from './command.mjs';
import { installWithPnpm, installWithYarn } from './installers.mjs';
import { minifyWithSwc, packWithWebpack } from './packers.mjs';
import { pack } from './tarballs.mjs';

const TOOLS = { pnpm: '10.34.8', '@yarnpkg/cli-dist': '4.18.1', webpack: '5.113.0' };

const work = mkdtempSync(join(tmpdir(), 'tasker-bundles-'));
const checks = new Checks();
let server;
try {
  const tarballs = pack(work).filter(({ name }) => name !== '@tasker/embedded-postgres');
  const tools = join(work, 'tools');
  mkdirSync(tools);
  const wanted = Object.entries(TOOLS).map(([name, version]) => `${name}@${version}`);
  await command('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted], { cwd: tools });
  server = await startPostgres();
  const runs = (name, file, args, cwd) =>
    checks.check(`${name} runs a task`, () => runsTask(server.url, name, file, args, cwd));

  const strict = await checks.made('pnpm without hoisting installs and compiles', () =>
    installWithPnpm(work, tools, tarballs),
  );
  if (strict) {
    await runs('pnpm without hoisting', process.execPath, ['dist/express.js'], strict);
    const minified = await checks.made('SWC minifies', () => minifyWithSwc(strict));
    if (minified) await runs('SWC, minified', process.execPath, [join(minified, 'express.js')], strict);
    for (const isMinified of [false, true]) {
      const kind = isMinified ? 'webpack, minified' : 'webpack';
      const bundle = await checks.made(`${kind} makes one file`, () => packWithWebpack(tools, strict, isMinified));
      if (bundle) await runs(kind, process.execPath, [bundle], work);
    }
    const plugged = await checks.made("Yarn Plug'n'Play installs", () =>
      installWithYarn(work, tools, tarballs, strict),
    );
    if (plugged)
      await runs("Yarn Plug'n'Play", process.execPath, [plugged.yarn, 'node', 'dist/express.js'], plugged.cwd);
  }
} catch (error) {
  checks.fail('bundles', error);
} finally {
  await server?.stop();
  if (!process.env.KEEP_PACKAGING) rmSync(work, { recursive: true, force: true });
}
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);
