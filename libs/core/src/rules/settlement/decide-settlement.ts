import type { StepTemplateDefinition } from '../template/definition';
import { kindOf } from '../template/step-kind';
import { backoffMs } from './backoff';
import type { Outcome } from './outcome';
import type { StepState } from '../states/step-state';

/** What an outcome means for the step: the whole rule of failing, retrying and giving up. */
export interface DecidedSettlement {
  readonly state: StepState;
  /** The attempt does not count against the retry limit: its step was given back. Its number never comes again. */
  readonly granted: boolean;
  readonly result: string | null;
  readonly error: string | null;
  /** Milliseconds until it runs again; null when it does not. */
  readonly delayMs: number | null;
}

/** Outcomes that have nothing to keep. */
const NOTHING = { granted: false, result: null, error: null, delayMs: null } as const;
const WITHOUT_RESULT: Readonly<Record<Exclude<Outcome['kind'], 'completed' | 'failed'>, DecidedSettlement>> = {
  skipped: { ...NOTHING, state: 'skipped' },
  not_taken: { ...NOTHING, state: 'not_taken' },
  waiting: { ...NOTHING, state: 'waiting', granted: true },
  granted: { ...NOTHING, state: 'ready', granted: true, delayMs: 0 },
  released: { ...NOTHING, state: 'ready', granted: true, delayMs: 0 },
};

/** Kinds that no further attempt can mend. */
const FINAL_KINDS: ReadonlySet<string> = new Set(['permanent', 'invalid_input', 'invalid_result']);

/**
 * Pure: the same arguments always give the same decision, but for the jitter `random` brings.
 *
 * @param granted attempts that were given back, or were before an operator ran the step again: they count neither as spent
 *   nor for the backoff. An operator who gives a step other attempts than its template does writes it here, too: then it may
 *   be more than there were, or less than none
 */
export function decideSettlement(
  step: StepTemplateDefinition,
  attempt: number,
  outcome: Outcome,
  random: () => number,
  granted = 0,
): DecidedSettlement {
  const spent = attempt - granted;
  switch (outcome.kind) {
    case 'completed':
      return { state: 'complete', granted: false, result: outcome.result, error: null, delayMs: null };
    case 'failed': {
      const error = JSON.stringify(outcome.failure);
      const lost = outcome.failure.kind === 'worker_lost';
      // Nothing but the engine was at work: that has done nothing yet.
      if (lost && kindOf(step) !== 'handler') return { ...NOTHING, state: 'ready', granted: true, error, delayMs: 0 };
      const final =
        FINAL_KINDS.has(outcome.failure.kind) ||
        !step.retryable ||
        spent >= step.retryLimit ||
        (lost && step.onWorkerLoss === 'fail');
      if (final) return { state: 'error', granted: false, result: null, error, delayMs: null };
      // The worker failed, not the step: there is nothing to wait for.
      const delayMs = lost ? 0 : backoffMs(step.backoff, Math.max(1, spent), outcome.retryAfterMs, random);
      return { state: delayMs > 0 ? 'waiting_for_retry' : 'ready', granted: false, result: null, error, delayMs };
    }
    default:
      return WITHOUT_RESULT[outcome.kind];
  }
}
