import type { StepFence, StepProgress } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** Keeps how far a running step says it is; false: the fence refuses. */
export async function saveProgress(
  database: TaskerDatabase,
  { taskId, position, workerId, attempt }: StepFence,
  { fraction, note }: StepProgress,
): Promise<boolean> {
  const values = [taskId, position, workerId, attempt, fraction, note];
  const { rows } = await database.run(database.control, 'engine/save-progress', values);
  return rows.length > 0;
}
