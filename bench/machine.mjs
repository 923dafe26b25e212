import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { ENGINES } from './engines.mjs';
import { POSTGRES_SETTINGS } from './lab.mjs';
import { SERVERS } from './servers.mjs';

const installed = (name) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules', name, 'package.json'), 'utf8')).version.replace(
    /^v/,
    '',
  );

/** What the figures depend on, in words. */
export async function describeMachine({ server, admin, redis }, { rounds, quick }, engines) {
  const { rows } = await admin.query(
    "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync",
  );
  const settings = Object.entries(POSTGRES_SETTINGS).map(([name, value]) => `${name} ${value}`);
  const servers = [...new Set(engines.flatMap((name) => ENGINES[name].server ?? []))];
  const peers = [...new Set(engines.flatMap((name) => ENGINES[name].peer ?? []))];
  return {
    machine: `${cpus().length} CPUs, ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
    load: `${loadavg()[0].toFixed(1)} when the run began (a figure above 0.5 means that others used the machine)`,
    PostgreSQL: `${server.version}, fsync ${rows[0].fsync}, synchronous_commit ${rows[0].sync}, ${settings.join(', ')}`,
    Redis: redis?.about ?? 'none',
    ...(servers.length > 0 && { servers: servers.map((name) => SERVERS[name].about).join(', ') }),
    Node: process.versions.node,
    peers: peers.map((name) => `${name} ${installed(name)}`).join(', ') || 'none',
    run: `${new Date().toISOString().slice(0, 10)}, median of ${rounds} rounds${quick ? ', quick' : ''}`,
  };
}
