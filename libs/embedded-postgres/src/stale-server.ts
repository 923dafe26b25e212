import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './errors';
import { poll } from './poll';
import { isServerOf } from './process-identity';

/** The supervisor may be stopping the same server, and gives it 20 s before it forces it. */
const STOP_WITHIN_MS = 30_000;

/**
 * Stops a server that outlived its owner on this cluster, and clears away what a killed one left.
 *
 * Call it with the owner's lock held.
 *
 * @param cluster with symbolic links resolved
 * @throws {EmbeddedPostgresError} TSK_PG_STALE when the server does not end
 * @internal
 */
export async function stopStaleServer(cluster: string): Promise<void> {
  const pid = recordedPid(cluster);
  if (pid === undefined) return;
  if (isServerOf(pid, cluster)) await stopServer(pid, cluster);
  // PostgreSQL trusts the id in the file alone: if another process has it now, it would refuse to start.
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

/** Whether a server runs on the cluster. @internal */
export function hasServer(cluster: string): boolean {
  const pid = recordedPid(cluster);
  return pid !== undefined && isServerOf(pid, cluster);
}

async function stopServer(pid: number, cluster: string): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has just ended, or belongs to another account: the wait tells them apart.
  }
  const ended = await poll(STOP_WITHIN_MS, () => (isServerOf(pid, cluster) ? undefined : true));
  if (ended) return;
  throw new EmbeddedPostgresError(
    'TSK_PG_STALE',
    `A PostgreSQL left over on ${cluster} (process ${pid}) does not stop.`,
    `End it by hand (kill -QUIT ${pid}) and start again.`,
  );
}

function recordedPid(cluster: string): number | undefined {
  try {
    const pid = parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
