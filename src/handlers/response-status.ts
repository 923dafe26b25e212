import { PermanentError, RetryableError } from '@tasker/core';
import type { ApiResponse } from './api-request';
import { retryAfterMs } from './retry-after';

/** Statuses that repeating the request cannot change. */
const PERMANENT = [400, 401, 403, 404, 422];
/** The server asks to come back later. */
const BACK_OFF = [429, 503];
/** As much of a body as is kept with the error, characters. */
const KEPT_BODY = 2_000;

/**
 * Accepts 200 to 226, refuses everything else.
 *
 * @param label the request, for the message
 * @param now epoch milliseconds, for a `Retry-After` that is a date
 * @throws {PermanentError} 400, 401, 403, 404 and 422
 * @throws {RetryableError} all others; 429 and 503 wait as long as `Retry-After` says
 * @internal
 */
export function checkStatus(response: ApiResponse, label: string, now: number): void {
  const { status, headers } = response;
  if (status >= 200 && status <= 226) return;
  const message = `${label} answered ${status}.`;
  const details = { code: `HTTP_${status}`, context: { status, body: kept(response.body) } };
  if (PERMANENT.includes(status)) throw new PermanentError(message, details);
  const wait = BACK_OFF.includes(status) ? retryAfterMs(headers['retry-after'], now) : undefined;
  throw new RetryableError(message, { ...details, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
}

function kept(body: unknown): unknown {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  return text.length > KEPT_BODY ? `${text.slice(0, KEPT_BODY)}…` : body;
}
