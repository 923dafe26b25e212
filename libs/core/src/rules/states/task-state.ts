/**
 * States of a task, and the only place that says which may follow which.
 *
 * @public
 */
export const TaskState = {
  Pending: 'pending',
  InProgress: 'in_progress',
  Complete: 'complete',
  Error: 'error',
  Cancelled: 'cancelled',
  ResolvedManually: 'resolved_manually',
} as const;
/** One of the states above. @public */
export type TaskState = (typeof TaskState)[keyof typeof TaskState];

/** In the order of their codes in the database. @public */
export const TASK_STATES: readonly TaskState[] = Object.values(TaskState);

/**
 * Codes in the database, which never change. Below 10 something can still move, from 10 on the task has ended.
 *
 * Reserved: 14 compensated (what it had done was undone). 2 to 9 are free.
 *
 * @public
 */
export const TASK_STATE_CODES: Readonly<Record<TaskState, number>> = {
  pending: 0,
  in_progress: 1,
  complete: 10,
  error: 11,
  cancelled: 12,
  resolved_manually: 13,
};

const BY_CODE = new Map(TASK_STATES.map((state) => [TASK_STATE_CODES[state], state]));

/**
 * The state with this code.
 *
 * @throws {RangeError} for a code this version does not know
 * @public
 */
export function taskStateOf(code: number): TaskState {
  const state = BY_CODE.get(code);
  if (state === undefined) throw new RangeError(`unknown task state ${code}`);
  return state;
}

/** Legal moves. Everything that is not here is refused by the store. @public */
export const TASK_TRANSITIONS: Readonly<Record<TaskState, readonly TaskState[]>> = {
  pending: ['in_progress', 'error', 'cancelled', 'resolved_manually'],
  in_progress: ['complete', 'error', 'cancelled', 'resolved_manually'],
  // Only by rerunning it from one of its steps.
  complete: ['in_progress'],
  error: ['in_progress', 'resolved_manually', 'cancelled'],
  cancelled: [],
  resolved_manually: [],
};

/** True when the task will not move by itself any more. `error` can be reopened by an operator. @public */
export const isTaskFinished = (state: TaskState): boolean => state !== 'pending' && state !== 'in_progress';

/** Whether a task may go from one state to the other; same-state moves are never legal. @public */
export const canTaskMove = (from: TaskState, to: TaskState): boolean => TASK_TRANSITIONS[from].includes(to);
