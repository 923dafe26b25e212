import type { StepFence } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** Keeps what a running step saved for its next attempt; false: the fence refuses. */
export async function saveCheckpoint(
  database: TaskerDatabase,
  { taskId, position, workerId, attempt }: StepFence,
  checkpoint: string,
): Promise<boolean> {
  const values = [taskId, position, workerId, attempt, checkpoint];
  return (await database.run(database.control, 'engine/save-checkpoint', values)).rowCount === 1;
}
