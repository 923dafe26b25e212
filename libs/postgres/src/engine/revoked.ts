import type { RevokedStep, StepAttempt } from '@tasker/core';
import { stepStateOf } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';
import { attemptArrays } from './step-keys';

/** Columns of revoked-steps.sql. */
interface RevokedRow {
  task_id: string;
  position: number;
  attempt: number;
  state: number | null;
  actor: string | null;
  reason: string | null;
}

/** Which attempts in a worker's hands an operator has taken away. */
export async function revoked(
  database: TaskerDatabase,
  workerId: number,
  attempts: readonly StepAttempt[],
): Promise<RevokedStep[]> {
  const values = [workerId, ...attemptArrays(attempts)];
  const { rows } = await database.run<RevokedRow>(database.control, 'engine/revoked-steps', values);
  return rows.map(({ task_id, state, ...row }) => ({
    ...row,
    taskId: task_id,
    state: state === null ? null : stepStateOf(state),
  }));
}
