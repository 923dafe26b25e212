import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of /proc; 100 on every Linux that Node runs on. */
const TICK_US = 10_000;

/** utime + stime of a process, and of its children that have ended, in µs; null when it is gone. */
function processUs(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [parent, own, ended] = [Number(fields[1]), ticks(fields, 11), ticks(fields, 13)];
    return { parent, own: own * TICK_US, ended: ended * TICK_US };
  } catch {
    return null;
  }
}

const ticks = (fields, from) => Number(fields[from]) + Number(fields[from + 1]);

/** CPU of a PostgreSQL server with all its backends, those that have ended included; NaN where there is no /proc. */
export function serverCpuUs(postmaster) {
  const server = processUs(postmaster);
  if (!server) return NaN;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const backends = processes.map(processUs).filter((found) => found?.parent === postmaster);
  return server.own + server.ended + backends.reduce((sum, { own }) => sum + own, 0);
}

/** What has been spent so far; subtract two of them. */
export async function spent(server, client) {
  const { rows } = await client.query('select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes', ['0/0']);
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    serverUs: serverCpuUs(server.pid),
    nodeUs: user + system,
    walBytes: Number(rows[0].bytes),
  };
}
