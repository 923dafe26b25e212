import type { Heartbeat, HeartbeatAnswer, NewWorker } from '@tasker/core';
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
  const { name, host, pid, version, lanes, concurrency, leaseMs } = worker;
  const values = [name, host, pid, version, integers(lanes), concurrency, leaseMs];
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

/** Declares workers lost whose lease has ended, and lists all that are lost and not yet dealt with. */
export async function declareLost(database: TaskerDatabase): Promise<number[]> {
  return (await database.run<{ id: number }>(database.control, 'engine/declare-lost', [])).rows.map(({ id }) => id);
}

/** Removes a worker that holds nothing. */
export async function retireWorker(database: TaskerDatabase, workerId: number): Promise<void> {
  await database.run(database.control, 'engine/retire-worker', [workerId]);
}
