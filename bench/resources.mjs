import { readdirSync, readFileSync } from 'node:fs';
import { nowMs } from './clock.mjs';

/** Clock ticks of /proc; 100 on every Linux that Node runs on. */
const TICK_US = 10_000;

const ticks = (fields, from) => (Number(fields[from]) + Number(fields[from + 1])) * TICK_US;

/** utime + stime of a process and of its children that have ended, in µs; null when it is gone. */
function processUs(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), own: ticks(fields, 11), ended: ticks(fields, 13) };
  } catch {
    return null;
  }
}

/** CPU of a server process with all its children, those that have ended included; NaN where there is no /proc. */
function treeCpuUs(pid) {
  const server = processUs(pid);
  if (!server) return NaN;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = processes.map(processUs).filter((found) => found?.parent === pid);
  return server.own + server.ended + children.reduce((sum, { own }) => sum + own, 0);
}

async function snapshot({ server, admin, redis }, own) {
  const { rows } = await admin.query("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes");
  return {
    at: nowMs(),
    pgUs: treeCpuUs(server.pid),
    redisUs: redis?.pid ? treeCpuUs(redis.pid) : NaN,
    serverUs: own ? treeCpuUs(own.pid) : NaN,
    walBytes: Number(rows[0].bytes),
  };
}

/**
 * Begins to count what the servers spend. The function it returns gives the spending per step since then; of Redis only
 * for the engine that lives there, of PostgreSQL for those in it, and of the engine's own server if it has one.
 */
export async function startMeter(lab, { store, server }) {
  const before = await snapshot(lab, server);
  return async (steps) => {
    const after = await snapshot(lab, server);
    const perStep = (figure) => (after[figure] - before[figure]) / steps;
    if (store === 'redis') return { redisCpuUsPerStep: perStep('redisUs') };
    const postgres = { walBytesPerStep: perStep('walBytes'), pgCpuUsPerStep: perStep('pgUs') };
    return { ...(store === 'postgres' && postgres), serverCpuUsPerStep: perStep('serverUs') };
  };
}
