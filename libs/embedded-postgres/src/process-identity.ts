import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Tells a process from a later one that was given the same id, which is the rule in containers.
 *
 * @returns text that stays the same as long as the process lives (its start time, or just `alive` where the system does
 *   not tell); `undefined` when there is no such process, or only its remains wait to be collected
 * @internal
 */
export function processIdentity(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'win32') return 'alive';
  if (process.platform !== 'linux') return ps(pid, 'lstart') ?? 'alive';
  const stat = readFile(`/proc/${pid}/stat`);
  if (stat === undefined) return 'alive';
  // The second field is the program's name in parentheses, with any character in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return state === 'Z' ? undefined : startTime;
}

/**
 * Whether process `pid` is the PostgreSQL server of a cluster, and not something else that was given its id.
 *
 * @param cluster the data directory, with symbolic links resolved
 * @internal
 */
export function isServerOf(pid: number, cluster: string): boolean {
  if (processIdentity(pid) === undefined) return false;
  if (process.platform === 'linux') {
    return /postgres|postmaster/.test(readFile(`/proc/${pid}/comm`) ?? '') && workingDirectory(pid) === cluster;
  }
  const command = ps(pid, 'command') ?? '';
  return /postgres|postmaster/.test(command) && command.includes(cluster);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A server works in its data directory. */
function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
