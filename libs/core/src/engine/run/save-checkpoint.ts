import { TaskerError } from '../../errors/tasker-error';
import type { Clock } from '../../ports/clock';
import type { EngineStore, StepFence } from '../../ports/engine-store';
import { StoreRefusedError } from '../../ports/settlement';
import type { WorkerHost } from '../worker-host';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

export interface CheckpointSaver {
  readonly store: Pick<EngineStore, 'saveCheckpoint'>;
  readonly clock: Clock;
  readonly host: Pick<WorkerHost, 'failed'>;
}

/**
 * Writes a checkpoint behind the fence. While the database is away, or refuses for a passing reason, it waits and writes
 * again, for as long as the attempt has its lease and its time.
 *
 * @param signal the attempt's: its reason, a TaskerError, ends the waiting
 * @param isOver whether the attempt has come to its end without waiting for this
 * @returns false when the step is not this attempt's any more
 * @throws {TaskerError} the reason of the signal; TSK_RESULT_INVALID when the database cannot hold the value
 */
export async function saveCheckpoint(
  { store, clock, host }: CheckpointSaver,
  fence: StepFence,
  text: string,
  signal: AbortSignal,
  isOver: () => boolean,
): Promise<boolean> {
  for (let waitMs = FIRST_WAIT_MS; !isOver(); waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await unlessAborted(signal, store.saveCheckpoint(fence, text));
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof StoreRefusedError && error.unstorable) throw unstorable(error);
      host.failed(error);
    }
    await unlessAborted(signal, new Promise<void>((resolve) => void clock.after(waitMs, resolve)));
  }
  return false;
}

/** The promise, or the reason of the signal when that is aborted first. */
async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let tell = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    tell = () => reject(signal.reason as Error);
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', tell);
  }
}

const unstorable = (cause: Error): TaskerError =>
  new TaskerError('TSK_RESULT_INVALID', `The checkpoint could not be stored: ${cause.message}`, { cause });
