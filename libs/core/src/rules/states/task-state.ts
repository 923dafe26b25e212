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

/** In the order of their codes in the database (0, 1, 2 …); append only. @public */
export const TASK_STATES: readonly TaskState[] = Object.values(TaskState);

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
