import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILER, NEST_11, PEERS, TSCONFIG } from './applications.mjs';
import { command } from './command.mjs';

const DEPENDENCIES = { ...PEERS, ...NEST_11, '@nestjs/platform-express': '11.2.10' };
const INSTALL_MS = 400_000;

/** Installs into a folder where a package finds its own dependencies and no others, and compiles; returns the folder. */
export async function installWithPnpm(work, tools, tarballs) {
  const cwd = join(work, 'pnpm');
  const overrides = addressesOf(tarballs);
  writeApplication(cwd, { dependencies: { ...DEPENDENCIES, ...overrides }, pnpm: { overrides } });
  writeFileSync(join(cwd, '.npmrc'), 'node-linker=isolated\nhoist=false\nstrict-peer-dependencies=true\n');
  const pnpm = join(tools, 'node_modules/pnpm/bin/pnpm.cjs');
  const args = [pnpm, 'install', '--ignore-scripts', '--store-dir', join(work, 'pnpm-store')];
  await command(process.execPath, args, { cwd, timeoutMs: INSTALL_MS });
  await command(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd });
  return cwd;
}

/** Installs without any node_modules; what runs is what was compiled elsewhere. */
export async function installWithYarn(work, tools, tarballs, compiled) {
  const cwd = join(work, 'yarn');
  const resolutions = addressesOf(tarballs);
  writeApplication(cwd, { dependencies: { ...DEPENDENCIES, ...resolutions }, resolutions });
  cpSync(join(compiled, 'dist'), join(cwd, 'dist'), { recursive: true });
  const registry = (await command('npm', ['config', 'get', 'registry'], { cwd })).trim();
  const settings = [
    ...['nodeLinker: pnp', 'pnpMode: strict', 'enableScripts: false', 'enableTelemetry: false'],
    ...['enableGlobalCache: false', 'enableImmutableInstalls: false', `npmRegistryServer: "${registry}"`],
  ];
  writeFileSync(join(cwd, '.yarnrc.yml'), `${settings.join('\n')}\n`);
  // Without one it would look for the project above.
  writeFileSync(join(cwd, 'yarn.lock'), '');
  const yarn = join(tools, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');
  await command(process.execPath, [yarn, 'install'], { cwd, timeoutMs: INSTALL_MS });
  return { cwd, yarn };
}

function writeApplication(cwd, manifest) {
  mkdirSync(join(cwd, 'src'), { recursive: true });
  for (const file of ['workflow.ts', 'express.ts']) {
    cpSync(join(import.meta.dirname, 'app', file), join(cwd, 'src', file));
  }
  const whole = { name: 'application', private: true, type: 'commonjs', devDependencies: COMPILER, ...manifest };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(whole, null, 2));
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify(TSCONFIG, null, 2));
}

/** Our packages need each other, and are in no registry: wherever one is asked for, it is the tarball. */
const addressesOf = (tarballs) => Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
