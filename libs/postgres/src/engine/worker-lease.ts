import type { Heartbeat, HeartbeatAnswer, LeaseJudgement, LostWorkers, NewWorker } from '@tasker/core';
import { integers } from '../database/binary-array';
import type { TaskerDatabase } from '../database/tasker-database';

/** Columns of heartbeat.sql. */
interface HeartbeatRow {
  alive: boolean;
  rank: number;
  likes: number;
  others: number;
  drain: boolean;
}

/** Announces a worker and grants its first lease; gives its number. */
export async function registerWorker(database: TaskerDatabase, worker: NewWorker): Promise<number> {
  const { name, host, pid, version, lanes, concurrency, leaseMs, level } = worker;
  const values = [name, host, pid, version, integers(lanes), concurrency, leaseMs, level];
  const { rows } = await database.run<{ id: number }>(database.control, 'engine/register-worker', values);
  return (rows[0] as { id: number }).id;
}

/** Renews a lease, over the connection that claims: a floor is never raised over a claim under way. */
export async function heartbeat(database: TaskerDatabase, beat: Heartbeat): Promise<HeartbeatAnswer> {
  const { workerId, leaseMs, running, draining, lanes, minTaskId } = beat;
  const values = [workerId, leaseMs, running, draining, integers(lanes), minTaskId];
  const { rows } = await database.run<HeartbeatRow>(database.claimer, 'engine/heartbeat', values);
  const { alive, rank, likes, others, drain } = rows[0] as HeartbeatRow;
  return { alive, rank, workers: likes + 1, others, drain };
}

/** Columns of lost-workers.sql. */
interface LookRow {
  at_ms: number;
  lost: number[];
  doubtful: boolean;
  held: boolean;
  sure: boolean;
}

/** Reads the clock of leases, who is lost by it, and whether claims are held. */
export async function lostWorkers(database: TaskerDatabase, workerId: number, level: number): Promise<LostWorkers> {
  const { rows } = await database.run<LookRow>(database.control, 'engine/lost-workers', [workerId, level]);
  const { at_ms: at, lost, doubtful, held, sure } = rows[0] as LookRow;
  return { at, lost, doubtful, claimsHeld: held, sure };
}

/** Declares workers lost whose lease has ended, and lists all that are lost and not yet dealt with. */
export async function declareLost(
  database: TaskerDatabase,
  { at, sinceLeapMs, steadyMs, level }: LeaseJudgement,
): Promise<number[]> {
  const values = [at, sinceLeapMs, steadyMs, level];
  return (await database.run<{ id: number }>(database.control, 'engine/declare-lost', values)).rows.map(({ id }) => id);
}

/** Removes a worker that signs off, unless steps are in its name. */
export async function retireWorker(database: TaskerDatabase, workerId: number): Promise<boolean> {
  const { rows } = await database.run<{ gone: boolean }>(database.control, 'engine/retire-worker', [workerId]);
  return rows[0]?.gone === true;
}

/** Notes that a lost worker's steps were taken over; removes it when that was long ago. */
export async function rescuedWorker(database: TaskerDatabase, workerId: number): Promise<boolean> {
  const { rows } = await database.run<{ first: boolean }>(database.control, 'engine/rescued-worker', [workerId]);
  return rows[0]?.first === true;
}
