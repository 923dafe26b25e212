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
  /** Without a worker: for a time, a signal, a decision or other tasks. */
  Waiting: 'waiting',
  Complete: 'complete',
  /** Final: attempts spent, permanent, or not retryable. */
  Error: 'error',
  Skipped: 'skipped',
  Cancelled: 'cancelled',
  ResolvedManually: 'resolved_manually',
  /** Left out by a branch: ended and satisfied. People read it as skipped. */
  NotTaken: 'not_taken',
} as const;
/** One of the states above. @public */
export type StepState = (typeof StepState)[keyof typeof StepState];

/**
 * In the order of their codes in the database.
 *
 * @public
 */
export const STEP_STATES: readonly StepState[] = Object.values(StepState);

/**
 * Codes in the database, which never change. Below 10 a step may still move by itself, from 10 on it has ended.
 * 5 to 9 are free for states that wait.
 *
 * @public
 */
export const STEP_STATE_CODES: Readonly<Record<StepState, number>> = {
  pending: 0,
  ready: 1,
  in_progress: 2,
  waiting_for_retry: 3,
  waiting: 4,
  complete: 10,
  error: 11,
  skipped: 12,
  cancelled: 13,
  resolved_manually: 14,
  not_taken: 15,
};

const BY_CODE = new Map(STEP_STATES.map((state) => [STEP_STATE_CODES[state], state]));

/**
 * The state with this code.
 *
 * @throws {RangeError} for a code this version does not know
 * @public
 */
export function stepStateOf(code: number): StepState {
  const state = BY_CODE.get(code);
  if (state === undefined) throw new RangeError(`unknown step state ${code}`);
  return state;
}

/**
 * Legal moves, by the engine or by an operator. Back to `pending` or `ready` from where it had ended, a step goes only when
 * an operator runs it or a step before it again. Everything that is not here is refused by the store.
 *
 * @public
 */
export const STEP_TRANSITIONS: Readonly<Record<StepState, readonly StepState[]>> = {
  pending: ['ready', 'in_progress', 'skipped', 'cancelled', 'resolved_manually', 'not_taken'],
  ready: ['in_progress', 'pending', 'skipped', 'cancelled', 'resolved_manually'],
  in_progress: [
    'complete',
    'waiting_for_retry',
    'waiting',
    'ready',
    'error',
    'pending',
    'skipped',
    'cancelled',
    'resolved_manually',
    'not_taken',
  ],
  waiting_for_retry: ['ready', 'pending', 'skipped', 'cancelled', 'resolved_manually'],
  waiting: ['ready', 'in_progress', 'pending', 'skipped', 'cancelled', 'resolved_manually'],
  complete: ['ready', 'pending'],
  error: ['ready', 'pending', 'skipped', 'resolved_manually', 'cancelled'],
  skipped: ['ready', 'pending'],
  cancelled: ['ready', 'pending'],
  resolved_manually: ['ready', 'pending'],
  not_taken: ['ready', 'pending'],
};

/** States in which an attempt may end by what its handler came to. @public */
export const ATTEMPT_ENDS: readonly StepState[] = [
  'complete',
  'waiting_for_retry',
  'ready',
  'error',
  'skipped',
  'waiting',
  'not_taken',
];

/** True for states that let dependents run. @public */
export const satisfiesDependents = (state: StepState): boolean =>
  state === 'complete' || state === 'skipped' || state === 'resolved_manually' || state === 'not_taken';

/** True for states in which a step may still move by itself. @public */
export const isStepOpen = (state: StepState): boolean => STEP_STATE_CODES[state] < 10;

/**
 * A state as people read it: what a branch left out is skipped; the reason says the rest.
 *
 * @public
 */
export const shownState = (state: StepState): StepState => (state === 'not_taken' ? 'skipped' : state);

/** The states that people read, in the order of their codes. @public */
export const SHOWN_STEP_STATES: readonly StepState[] = STEP_STATES.filter((state) => shownState(state) === state);

/** Whether a step may go from one state to the other; same-state moves are never legal. @public */
export const canStepMove = (from: StepState, to: StepState): boolean => STEP_TRANSITIONS[from].includes(to);
