import { isRecord } from '../../data/record';
import type { Outcome } from '../settlement/outcome';
import type { StepTemplateDefinition } from '../template/definition';
import type { StepWait, TakenSignal } from './step-wait';
import { isAwaitedTime, type ApprovalDefinition, type OnTimeout, type WaitForDefinition } from './wait-definition';

/**
 * What a wait that is over means for its step.
 *
 * @param step of a kind that waits
 */
export function waitOutcome(step: StepTemplateDefinition, wait: StepWait): Outcome {
  if (step.approval) return approvalOutcome(step.name, step.approval, wait);
  if (step.waitFor) return signalOutcome(step.name, step.waitFor, wait);
  return completed(null);
}

function signalOutcome(step: string, waitFor: WaitForDefinition, { wokenBy, signals }: StepWait): Outcome {
  const { any, all, max, onTimeout } = waitFor;
  if (wokenBy === 'time') {
    if (any?.some(isAwaitedTime)) return completed({ name: 'sleep', payload: null });
    return timedOut(onTimeout, 'TSK_SIGNAL_TIMEOUT', `Step "${step}" has waited for a signal in vain.`);
  }
  const first = (taken: readonly TakenSignal[]): unknown => taken[0]?.payload ?? null;
  if (all) return completed(Object.fromEntries(signals.map(({ name, taken }) => [name, first(taken)])));
  const come = signals.find(({ taken }) => taken.length > 0);
  if (any) return completed({ name: come?.name, payload: first(come?.taken ?? []) });
  const taken = come?.taken ?? [];
  return completed(max === undefined ? first(taken) : taken.map(({ payload }) => payload));
}

function approvalOutcome(step: string, { onReject, onTimeout }: ApprovalDefinition, { approval }: StepWait): Outcome {
  const { state, by, answer, at } = approval ?? { state: 'timed_out', by: null, answer: null, at: null };
  if (state === 'timed_out') {
    return timedOut(onTimeout, 'TSK_APPROVAL_TIMEOUT', `Nobody has decided about step "${step}" in time.`);
  }
  const result = { decision: state, by, at: at === null ? null : new Date(at).toISOString(), answer };
  if (state === 'approved' || onReject === 'complete') return completed(result);
  const message = `Step "${step}" was rejected${by === null ? '' : ` by ${by}`}.`;
  return failed('ApprovalRejected', 'TSK_APPROVAL_REJECTED', message, result);
}

function timedOut(onTimeout: OnTimeout | undefined, code: string, message: string): Outcome {
  if (onTimeout === 'skip') return { kind: 'skipped', reason: 'timeout' };
  if (isRecord(onTimeout)) return completed(onTimeout['result']);
  return failed('WaitTimeout', code, message);
}

const completed = (result: unknown): Outcome => ({ kind: 'completed', result: JSON.stringify(result ?? null) });

/** Permanent: another attempt sees the same. */
const failed = (name: string, code: string, message: string, context?: Record<string, unknown>): Outcome => ({
  kind: 'failed',
  failure: { kind: 'permanent', name, code, message, ...(context && { context }) },
  retryAfterMs: undefined,
});
