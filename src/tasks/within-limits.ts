/** How long to wait. @public */
export interface WaitOptions {
  /** Milliseconds. Default: no limit. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * The promise, unless a limit comes first.
 *
 * @throws {DOMException} TimeoutError after `timeoutMs`
 * @throws the reason of `signal` when that fires
 * @internal
 */
export async function withinLimits<T>(work: Promise<T>, { timeoutMs, signal }: WaitOptions): Promise<T> {
  signal?.throwIfAborted();
  let release = (): void => undefined;
  const limit = new Promise<never>((_, reject) => {
    const aborted = (): void => reject(signal?.reason as Error);
    signal?.addEventListener('abort', aborted, { once: true });
    const expired = (): void => reject(new DOMException(`Nothing happened within ${timeoutMs} ms.`, 'TimeoutError'));
    const timer = timeoutMs === undefined ? undefined : setTimeout(expired, timeoutMs);
    release = () => {
      signal?.removeEventListener('abort', aborted);
      clearTimeout(timer);
    };
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    release();
  }
}
