import { TaskerError } from '@tasker/core';

/**
 * Nobody is authenticated. Says nothing of what was wrong with the credentials: that is for the log.
 *
 * `statusCode` lets Nest's own exception filter answer 401 on a controller that has no filter of Tasker's.
 *
 * @internal
 */
export function unauthenticated(cause?: unknown): TaskerError {
  const error = new TaskerError('TSK_UNAUTHENTICATED', 'No valid credentials were sent.', { cause });
  return Object.assign(error, { statusCode: 401 });
}

/** The caller is known and may not. @internal */
export function forbidden(message: string, data: Record<string, unknown> = {}, cause?: unknown): TaskerError {
  return Object.assign(new TaskerError('TSK_FORBIDDEN', message, { data, cause }), { statusCode: 403 });
}

/** Nobody can say now who calls: not the caller's fault, so no 401 that makes it forget its session. @internal */
export function undecidable(message: string, hint: string): TaskerError {
  return Object.assign(new TaskerError('TSK_ISSUER_UNAVAILABLE', message, { hint }), { statusCode: 503 });
}
