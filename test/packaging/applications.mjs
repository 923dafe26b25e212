import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { runBundles } from './bundles.mjs';
import { command } from './command.mjs';

export const NEST_11 = { '@nestjs/common': '11.2.10', '@nestjs/core': '11.2.10' };
const NEST_12 = { '@nestjs/common': '12.5.1', '@nestjs/core': '12.5.1' };
export const PEERS = { pg: '8.23.1', 'reflect-metadata': '0.2.2', rxjs: '7.8.2', typeorm: '1.1.1' };
const SURFACES = {
  passport: '0.7.0',
  'passport-jwt': '4.0.1',
  '@willsoto/nestjs-prometheus': '6.1.1',
  'prom-client': '15.1.3',
};
export const COMPILER = { typescript: '6.0.3', '@types/node': '20.19.43' };

/**
 * Both majors of Nest on both of its platforms; TypeORM 0.3 once, an application of ES modules once, and both majors with
 * every sub-path entry and the optional peers they need.
 */
export const APPLICATIONS = [
  {
    name: 'nest-11-express',
    entry: 'express',
    type: 'commonjs',
    isBundled: true,
    dependencies: { ...PEERS, ...NEST_11, '@nestjs/platform-express': '11.2.10' },
  },
  {
    name: 'nest-11-fastify-typeorm-0.3',
    entry: 'fastify',
    type: 'commonjs',
    dependencies: { ...PEERS, ...NEST_11, '@nestjs/platform-fastify': '11.2.8', typeorm: '0.3.31' },
  },
  {
    name: 'nest-12-express',
    entry: 'express',
    type: 'commonjs',
    dependencies: { ...PEERS, ...NEST_12, '@nestjs/platform-express': '12.5.1' },
  },
  {
    name: 'nest-12-fastify-esm',
    entry: 'fastify',
    type: 'module',
    dependencies: { ...PEERS, ...NEST_12, '@nestjs/platform-fastify': '12.5.0' },
  },
  {
    name: 'nest-11-fastify-surfaces',
    entry: 'surfaces-fastify',
    type: 'commonjs',
    dependencies: {
      ...{ ...PEERS, ...SURFACES, ...NEST_11, '@nestjs/platform-fastify': '11.2.8' },
      ...{ '@nestjs/swagger': '11.4.7', '@nestjs/terminus': '11.1.1' },
    },
  },
  {
    name: 'nest-12-express-surfaces',
    entry: 'surfaces-express',
    type: 'commonjs',
    dependencies: {
      ...{ ...PEERS, ...SURFACES, ...NEST_12, '@nestjs/platform-express': '12.5.1' },
      ...{ '@nestjs/swagger': '12.0.2', '@nestjs/terminus': '12.1.0' },
    },
  },
];

export const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'nodenext',
    strict: true,
    // The declarations of the packages themselves are what is checked here.
    skipLibCheck: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    useDefineForClassFields: false,
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

/** Writes a new application and installs the tarballs into it; returns it, or undefined when that failed. */
export async function installApplication(checks, work, application, tarballs) {
  const { name, type, entry, dependencies } = application;
  const cwd = join(work, name);
  mkdirSync(join(cwd, 'src'), { recursive: true });
  for (const file of [entry.startsWith('surfaces') ? 'surfaces.ts' : 'workflow.ts', `${entry}.ts`]) {
    cpSync(join(import.meta.dirname, 'app', file), join(cwd, 'src', file));
  }
  const packed = tarballs.filter((tarball) => tarball.name !== '@tasker/embedded-postgres');
  const ours = Object.fromEntries(packed.map((tarball) => [tarball.name, `file:${tarball.file}`]));
  const manifest = { name, private: true, type, dependencies: { ...dependencies, ...ours }, devDependencies: COMPILER };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify(TSCONFIG, null, 2));
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--strict-peer-deps'];
  const installed = await checks.check(`${name}: installs`, () => command('npm', install, { cwd, timeoutMs: 300_000 }));
  return installed ? { ...application, cwd, optional: optionalPeers(tarballs) } : undefined;
}

/** Compiles an installed application and runs one task in it, on a database of its own. */
export async function bootApplication(checks, { name, cwd, entry, optional, isBundled }, serverUrl) {
  const surfaces = entry.startsWith('surfaces');
  if (!surfaces)
    await checks.check(`${name}: has no optional peer`, () => {
      const present = optional.filter((peer) => existsSync(join(cwd, 'node_modules', peer)));
      if (present.length > 0) throw new Error(`installed all the same: ${present.join(', ')}`);
    });
  const compiles = await checks.check(`${name}: compiles`, () =>
    command(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd }),
  );
  if (!compiles) return;
  await checks.check(`${name}: boots, runs a task and ends by itself`, async () => {
    const DATABASE_URL = await createDatabase(serverUrl, name);
    const printed = await command(process.execPath, [`dist/${entry}.js`], {
      cwd,
      env: { DATABASE_URL },
      timeoutMs: 60_000,
    });
    if (!/^OK complete Hello, World!$/m.test(printed) || (surfaces && !/^401 201 200 200 true$/m.test(printed)))
      throw new Error(`not what was expected:\n${printed}`);
  });
  if (isBundled) await runBundles(checks, { name, cwd, entry }, (database) => createDatabase(serverUrl, database));
}

/** Runs a program on a database of its own: the application, however it was put together. */
export async function runsTask(serverUrl, name, file, args, cwd) {
  const DATABASE_URL = await createDatabase(serverUrl, name);
  const printed = await command(file, args, { cwd, env: { DATABASE_URL } });
  if (!/^OK complete Hello, World!$/m.test(printed)) throw new Error(`not what was expected:\n${printed}`);
}

function optionalPeers(tarballs) {
  return tarballs.flatMap(({ manifest }) => {
    const meta = Object.entries(manifest.peerDependenciesMeta ?? {});
    return meta.filter(([, { optional }]) => optional).map(([peer]) => peer);
  });
}

async function createDatabase(serverUrl, name) {
  const database = name.replaceAll(/\W/g, '_').toLowerCase();
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.toString();
}
