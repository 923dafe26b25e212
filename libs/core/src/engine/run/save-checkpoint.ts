import { TaskerError } from '../../errors/tasker-error';
import type { EngineStore, StepFence } from '../../ports/engine-store';
import { StoreRefusedError } from '../../ports/settlement';
import { patientCall, type PatientCaller } from './patient-call';

export interface CheckpointSaver extends PatientCaller {
  readonly store: Pick<EngineStore, 'saveCheckpoint'>;
}

/**
 * Writes a checkpoint behind the fence; see `patientCall` for the signal and for the end of the attempt.
 *
 * @returns false when the step is not this attempt's any more
 * @throws {TaskerError} the reason of the signal; TSK_RESULT_INVALID when the database cannot hold the value
 */
export async function saveCheckpoint(
  saver: CheckpointSaver,
  fence: StepFence,
  text: string,
  signal: AbortSignal,
  isOver: () => boolean,
): Promise<boolean> {
  try {
    return (await patientCall(saver, () => saver.store.saveCheckpoint(fence, text), signal, isOver)) ?? false;
  } catch (error) {
    throw error instanceof StoreRefusedError ? unstorable(error) : error;
  }
}

const unstorable = (cause: Error): TaskerError =>
  new TaskerError('TSK_RESULT_INVALID', `The checkpoint could not be stored: ${cause.message}`, { cause });
