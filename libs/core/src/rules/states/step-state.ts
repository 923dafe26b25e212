/**
 * States of a workflow step, and the only place that says which may follow which.
 *
 * @public
 */
export const StepState = {
  /** Waits for its parents. */
  Pending: 'pending',
  /** Parents satisfied and due: queued. */
  Ready: 'ready',
  InProgress: 'in_progress',
  /** Failed, due again later. */
  WaitingForRetry: 'waiting_for_retry',
  Complete: 'complete',
  /** Final: attempts spent, permanent, or not retryable. */
  Error: 'error',
  Skipped: 'skipped',
  Cancelled: 'cancelled',
  ResolvedManually: 'resolved_manually',
} as const;
/** One of the states above. @public */
export type StepState = (typeof StepState)[keyof typeof StepState];

/**
 * In the order of their codes in the database (0, 1, 2 …); append only. From `complete` (4) on they are terminal.
 *
 * @public
 */
export const STEP_STATES: readonly StepState[] = Object.values(StepState);

/**
 * Legal moves, by the engine or by an operator. Back to `pending` or `ready` from where it had ended, a step goes only when
 * an operator runs it or a step before it again. Everything that is not here is refused by the store.
 *
 * @public
 */
export const STEP_TRANSITIONS: Readonly<Record<StepState, readonly StepState[]>> = {
  pending: ['ready', 'in_progress', 'skipped', 'cancelled', 'resolved_manually'],
  ready: ['in_progress', 'pending', 'skipped', 'cancelled', 'resolved_manually'],
  in_progress: [
    'complete',
    'waiting_for_retry',
    'ready',
    'error',
    'pending',
    'skipped',
    'cancelled',
    'resolved_manually',
  ],
  waiting_for_retry: ['ready', 'pending', 'skipped', 'cancelled', 'resolved_manually'],
  complete: ['ready', 'pending'],
  error: ['ready', 'pending', 'skipped', 'resolved_manually', 'cancelled'],
  skipped: ['ready', 'pending'],
  cancelled: ['ready', 'pending'],
  resolved_manually: ['ready', 'pending'],
};

/** States in which an attempt may end by what its handler came to. @public */
export const ATTEMPT_ENDS: readonly StepState[] = ['complete', 'waiting_for_retry', 'ready', 'error', 'skipped'];

/** True for states that let dependents run. @public */
export const satisfiesDependents = (state: StepState): boolean =>
  state === 'complete' || state === 'skipped' || state === 'resolved_manually';

/** Whether a step may go from one state to the other; same-state moves are never legal. @public */
export const canStepMove = (from: StepState, to: StepState): boolean => STEP_TRANSITIONS[from].includes(to);
