import type { BackoffDefinition } from '../template/definition';

const DEFAULT_INITIAL_MS = 1_000;
const DEFAULT_FACTOR = 2;
const DEFAULT_MAX_MS = 300_000;
const DEFAULT_JITTER = 0.1;

/**
 * Milliseconds until the attempt after `attempt`: the only place where that is computed.
 *
 * A server's `Retry-After` wins over the list, the list over the curve; all are capped by `maxMs`. Jitter spreads the
 * list and the curve, never a server's own answer.
 *
 * @param attempt the attempt that failed, from 1
 * @param retryAfterMs what the handler or server asked for
 * @param random 0 (inclusive) to 1 (exclusive)
 * @public
 */
export function backoffMs(
  backoff: BackoffDefinition,
  attempt: number,
  retryAfterMs: number | undefined,
  random: () => number,
): number {
  const cap = backoff.maxMs ?? DEFAULT_MAX_MS;
  if (retryAfterMs !== undefined) return Math.round(Math.min(Math.max(retryAfterMs, 0), cap));
  const jitter = backoff.jitter ?? DEFAULT_JITTER;
  const spread = 1 + jitter * (2 * random() - 1);
  return Math.round(Math.min(Math.min(plainDelay(backoff, attempt), cap) * spread, cap));
}

function plainDelay(backoff: BackoffDefinition, attempt: number): number {
  const list = backoff.delaysMs;
  if (list && list.length > 0) return list[Math.min(attempt, list.length) - 1] ?? 0;
  return (backoff.initialMs ?? DEFAULT_INITIAL_MS) * (backoff.factor ?? DEFAULT_FACTOR) ** (attempt - 1);
}
