import { StoreUnavailableError, type StepFence } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** Columns of save-checkpoint.sql. */
interface SavedRow {
  kept: boolean;
  sure: boolean;
}

/**
 * Keeps what a running step saved for its next attempt; false: the fence refuses.
 *
 * @throws {StoreUnavailableError} also while a crash of the server may have made the rows forget that the step is this
 * worker's: it takes it again first
 */
export async function saveCheckpoint(
  database: TaskerDatabase,
  { taskId, position, workerId, attempt }: StepFence,
  checkpoint: string,
): Promise<boolean> {
  const values = [taskId, position, workerId, attempt, checkpoint];
  const { rows } = await database.run<SavedRow>(database.control, 'engine/save-checkpoint', values);
  const { kept, sure } = rows[0] as SavedRow;
  if (!kept && !sure) throw new StoreUnavailableError(new Error('the server crashed and may have forgotten a claim'));
  return kept;
}
