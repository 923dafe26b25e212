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

/** Legal moves. Everything that is not here is refused by the store. @public */
export const STEP_TRANSITIONS: Readonly<Record<StepState, readonly StepState[]>> = {
  pending: ['ready', 'in_progress', 'skipped', 'cancelled', 'resolved_manually'],
  ready: ['in_progress', 'skipped', 'cancelled', 'resolved_manually'],
  in_progress: ['complete', 'waiting_for_retry', 'ready', 'error', 'skipped', 'cancelled', 'resolved_manually'],
  waiting_for_retry: ['ready', 'skipped', 'cancelled', 'resolved_manually'],
  complete: [],
  error: ['ready', 'skipped', 'resolved_manually', 'cancelled'],
  skipped: [],
  cancelled: [],
  resolved_manually: [],
};

/** True for states that let dependents run. @public */
export const satisfiesDependents = (state: StepState): boolean =>
  state === 'complete' || state === 'skipped' || state === 'resolved_manually';

/** Whether a step may go from one state to the other; same-state moves are never legal. @public */
export const canStepMove = (from: StepState, to: StepState): boolean => STEP_TRANSITIONS[from].includes(to);
