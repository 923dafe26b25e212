import { TaskerError, type TaskRequest } from '@tasker/core';
import type { Principal } from '../access/access-policy';

/** A task request as callers send it; who asks is not for them to say. @internal */
export type SentTask = Omit<TaskRequest, 'initiator'>;

/** What the request of the transport tells beside its body. @internal */
export interface RequestStory {
  readonly correlationId: string;
  /** As it came; what is no W3C traceparent is left out. */
  readonly traceParent?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** Longest name of an initiator that a task keeps. */
const MAX_INITIATOR = 128;
const TRACE_PARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/**
 * The request in the caller's name, and part of the story that it came with; what was sent goes before the story.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID when it has two identities
 * @internal
 */
export function requestDraft(
  sent: SentTask,
  caller: Principal,
  { correlationId, traceParent, idempotencyKey }: RequestStory,
): TaskRequest {
  if (idempotencyKey !== undefined && sent.identity !== undefined && sent.identity !== idempotencyKey) {
    const details = [{ path: 'identity', message: 'must be the same as Idempotency-Key, or left out' }];
    throw new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', { details });
  }
  return {
    correlationId,
    ...(traceParent !== undefined && TRACE_PARENT.test(traceParent) && { traceParent }),
    ...(idempotencyKey !== undefined && { identity: idempotencyKey }),
    ...sent,
    initiator: caller.id.slice(0, MAX_INITIATOR),
  };
}
