import { systemClock, TaskerError } from '@tasker/core';

/** How long to wait. @public */
export interface WaitOptions {
  /** A whole number of milliseconds, 0 or more. Default: no limit. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * The promise, unless a limit comes first.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID for a limit that is none
 * @throws {DOMException} TimeoutError after `timeoutMs`
 * @throws the reason of `signal` when that fires
 * @internal
 */
export async function withinLimits<T>(work: Promise<T>, { timeoutMs, signal }: WaitOptions): Promise<T> {
  // What becomes of it after a limit is nobody's to hear.
  work.catch(() => undefined);
  assertDuration(timeoutMs);
  signal?.throwIfAborted();
  let release = (): void => undefined;
  const limit = new Promise<never>((_, reject) => {
    const aborted = (): void => reject(signal?.reason as Error);
    signal?.addEventListener('abort', aborted, { once: true });
    const expired = (): void => reject(new DOMException(`Nothing happened within ${timeoutMs} ms.`, 'TimeoutError'));
    const timer = timeoutMs === undefined ? undefined : systemClock.after(timeoutMs, expired);
    release = () => {
      signal?.removeEventListener('abort', aborted);
      timer?.cancel();
    };
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    release();
  }
}

function assertDuration(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined || (Number.isSafeInteger(timeoutMs) && timeoutMs >= 0)) return;
  throw new TaskerError('TSK_REQUEST_INVALID', 'The wait cannot be limited like that.', {
    details: [{ path: 'timeoutMs', message: `must be a whole number of milliseconds, 0 or more, not ${timeoutMs}` }],
    hint: 'Leave timeoutMs out to wait without a limit.',
  });
}
