import type { StepAttempt, SettledAttempt } from '@tasker/core';
import { taskStateOf } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';
import { attemptArrays } from './step-keys';

/** Columns of step-standings.sql. */
interface SettledRow {
  task_id: string;
  position: number;
  attempt: number;
  ended: number | null;
  at_ms: string;
}

/** Which attempts a worker has settled itself, although the answer was lost. */
export async function settledAttempts(
  database: TaskerDatabase,
  workerId: number,
  attempts: readonly StepAttempt[],
): Promise<SettledAttempt[]> {
  const values = [workerId, ...attemptArrays(attempts)];
  const { rows } = await database.run<SettledRow>(database.control, 'engine/step-standings', values);
  return rows.map((row) => ({
    ...{ taskId: row.task_id, position: row.position, attempt: row.attempt },
    ended: row.ended === null ? null : taskStateOf(row.ended),
    at: Number(row.at_ms),
  }));
}
