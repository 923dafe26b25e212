import { TaskerError, type TaskRequest } from '@tasker/core';
import type { Principal } from '../../access/access-policy';
import { correlationIdOf } from '../http/correlation';
import { headerOf, type PlatformRequest } from '../http/platform';

/** A task request as callers send it; who asks is not for them to say. @internal */
export type SentTask = Omit<TaskRequest, 'initiator'>;

/** Longest name of an initiator that a task keeps. */
const MAX_INITIATOR = 128;
const TRACE_PARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/**
 * The request in the caller's name, and part of the story that its HTTP request tells.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID when it has two identities
 * @internal
 */
export function requestFrom(
  sent: SentTask,
  caller: Principal,
  request: PlatformRequest,
  idempotencyKey?: string,
): TaskRequest {
  if (idempotencyKey !== undefined && sent.identity !== undefined && sent.identity !== idempotencyKey) {
    const details = [{ path: 'identity', message: 'must be the same as Idempotency-Key, or left out' }];
    throw new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', { details });
  }
  const traceParent = headerOf(request, 'traceparent');
  return {
    correlationId: correlationIdOf(request),
    ...(traceParent !== undefined && TRACE_PARENT.test(traceParent) && { traceParent }),
    ...(idempotencyKey !== undefined && { identity: idempotencyKey }),
    ...sent,
    initiator: caller.id.slice(0, MAX_INITIATOR),
  };
}
