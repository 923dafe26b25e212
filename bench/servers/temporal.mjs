import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../ports.mjs';
import { cached, fillCache, runTool } from './cache.mjs';
import { makeServerFolder, ServerProcess } from './server-process.mjs';
import { temporalConfig } from './temporal-config.mjs';

const VERSION = '1.32.0';
const MODULE = 'go.temporal.io/server';
const SCHEMAS = { temporal: 'postgresql/v12/temporal', temporal_visibility: 'postgresql/v12/visibility' };
const RETENTION_S = 86_400;

const binary = (name) => cached('temporal', VERSION, name);

/** The databases as its own tool sets them up. */
async function createDatabases({ server, admin }) {
  const { hostname, port, username, password } = new URL(server.url);
  const connection = ['--plugin', 'postgres12_pgx', '--ep', hostname, '-p', port, '-u', username];
  if (password) connection.push('--pw', decodeURIComponent(password));
  for (const [database, schema] of Object.entries(SCHEMAS)) {
    await admin.query(`create database ${database}`);
    const sql = (...args) => execFileSync(binary('sql'), [...connection, '--db', database, ...args], { stdio: 'pipe' });
    sql('setup-schema', '--version', '0.0');
    sql('update-schema', '--schema-name', schema);
  }
}

/** Workflows belong to a namespace; a new one is known to all parts of the server a few seconds later. */
async function openNamespace(address) {
  const { Connection, Client } = await import('@temporalio/client');
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace: 'default',
    workflowExecutionRetentionPeriod: { seconds: RETENTION_S },
  });
  const client = new Client({ connection });
  const isKnown = () =>
    client.workflow.count('').then(
      () => true,
      () => false,
    );
  while (!(await isKnown())) await wait(200);
  await connection.close();
}

/** Temporal's server, all four services in one process, on the session's PostgreSQL. */
export const temporal = {
  about: `Temporal ${VERSION} (512 history shards, on this PostgreSQL)`,
  missing:
    'its server is not installed; "node bench/install-servers.mjs temporal" builds it with Go in 10 to 25 minutes',
  isInstalled: () => ['server', 'sql'].every((name) => existsSync(binary(name))),
  install: () =>
    fillCache('temporal', VERSION, (folder) =>
      runTool('go', ['install', ...['server', 'tools/sql'].map((path) => `${MODULE}/cmd/${path}@v${VERSION}`)], {
        env: { ...process.env, GOBIN: folder, GOFLAGS: '-ldflags=-s' },
      }),
    ),
  async start(lab) {
    await createDatabases(lab);
    const [dir, ports] = [makeServerFolder('temporal'), await freePorts(9)];
    const [configFile, dynamicFile] = [join(dir, 'server.json'), join(dir, 'dynamic.yaml')];
    writeFileSync(dynamicFile, '{}\n');
    writeFileSync(configFile, JSON.stringify(temporalConfig(lab.server.url, ports, dynamicFile)));
    const address = `127.0.0.1:${ports[0]}`;
    const order = { command: binary('server'), args: ['--config-file', configFile, '--allow-no-auth', 'start'], dir };
    // Its own worker starts last; the server gives up if it is made to stand still before.
    const isReady = async () => readFileSync(join(dir, 'server.log'), 'utf8').includes('worker service started');
    const server = await ServerProcess.start(order, isReady);
    await openNamespace(address);
    return Object.assign(server, { address });
  },
};
