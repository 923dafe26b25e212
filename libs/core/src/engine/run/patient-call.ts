import type { Clock } from '../../ports/clock';
import { StoreRefusedError } from '../../ports/settlement';
import type { WorkerHost } from '../worker-host';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** What a handler's call to the store needs besides the store. */
export interface PatientCaller {
  readonly clock: Clock;
  readonly host: Pick<WorkerHost, 'failed'>;
}

/**
 * A handler's call to the store. While the database is away, or refuses for a passing reason, it waits and calls again,
 * for as long as the attempt has its lease and its time.
 *
 * @param signal the attempt's: its reason, a TaskerError, ends the waiting
 * @param isOver whether the attempt has come to its end without waiting for this
 * @returns undefined when the attempt is over
 * @throws {TaskerError} the reason of the signal
 * @throws {StoreRefusedError} the database cannot hold the value
 */
export async function patientCall<T>(
  { clock, host }: PatientCaller,
  call: () => Promise<T>,
  signal: AbortSignal,
  isOver: () => boolean,
): Promise<T | undefined> {
  for (let waitMs = FIRST_WAIT_MS; !isOver(); waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await unlessAborted(signal, call());
    } catch (error) {
      if (signal.aborted || (error instanceof StoreRefusedError && error.unstorable)) throw error;
      host.failed(error);
    }
    await unlessAborted(signal, new Promise<void>((resolve) => void clock.after(waitMs, resolve)));
  }
  return undefined;
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
