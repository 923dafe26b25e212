import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { answers, freePorts } from './ports.mjs';

/**
 * The Redis that REDIS_URL names, or else one of our own with every write synced to disk, as PostgreSQL does it.
 *
 * @returns null when there is neither
 */
export async function openRedis() {
  const { REDIS_URL: url } = process.env;
  if (url) return { url, pid: null, about: 'Redis of REDIS_URL, with its own settings', stop: async () => undefined };
  const version = installedVersion();
  return version ? start(version) : null;
}

function installedVersion() {
  try {
    return /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }))?.[1] ?? null;
  } catch {
    return null;
  }
}

async function start(version) {
  const [[port], dir] = [await freePorts(1), mkdtempSync(join(tmpdir(), 'bench-redis-'))];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, ...durable], {
    stdio: 'ignore',
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  process.once('exit', () => server.kill('SIGKILL'));
  while (!(await answers(port))) await wait(50);
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: server.pid,
    about: `Redis ${version}, appendonly yes, appendfsync always`,
    async stop() {
      server.kill('SIGTERM');
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
