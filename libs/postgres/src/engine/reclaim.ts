import type { StepAttempt } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';
import { attemptArrays } from './step-keys';

/** Takes steps again whose claim a crash of the server has forgotten. */
export async function reclaim(
  database: TaskerDatabase,
  workerId: number,
  attempts: readonly StepAttempt[],
): Promise<void> {
  await database.run(database.control, 'engine/reclaim-steps', [workerId, ...attemptArrays(attempts)]);
}

/** Notes that a worker has compared its steps with the rows; claims go on when all have. */
export async function resumeClaims(database: TaskerDatabase, workerId: number | null): Promise<void> {
  await database.run(database.control, 'engine/resume-claims', [workerId, database.channel]);
}
