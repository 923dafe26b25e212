import type { TaskState } from '@tasker/core';

/** What a task as a whole is doing; first match wins, in this order. @public */
export type ExecutionStatus =
  | 'finished'
  | 'paused'
  | 'has_ready_steps'
  | 'processing'
  | 'waiting_for_retry'
  | 'waiting'
  | 'no_live_worker'
  | 'blocked_by_failures'
  | 'all_complete'
  | 'waiting_for_dependencies';

/** What to do about it. @public */
export type RecommendedAction =
  | 'none'
  | 'resume_task'
  | 'execute_ready_steps'
  | 'wait_for_completion'
  | 'wait_for_retry'
  | 'wait'
  | 'start_worker'
  | 'handle_failures'
  | 'finalize_task'
  | 'wait_for_dependencies';

/** How well it goes. @public */
export type TaskHealth = 'healthy' | 'recovering' | 'blocked' | 'unknown';

/** A task in numbers. @public */
export interface ExecutionContext {
  readonly taskId: string;
  readonly state: TaskState;
  readonly totalSteps: number;
  /** Waiting for parents, blocked ones included. */
  readonly pendingSteps: number;
  readonly readySteps: number;
  readonly inProgressSteps: number;
  readonly waitingForRetrySteps: number;
  /** Waiting without a worker: for a time, a signal, a decision or other tasks. */
  readonly waitingSteps: number;
  /** Satisfied: complete, skipped or resolved by hand. */
  readonly completedSteps: number;
  readonly failedSteps: number;
  readonly cancelledSteps: number;
  readonly blockedSteps: number;
  /** Ready steps that no live worker serves. */
  readonly unservedSteps: number;
  readonly executionStatus: ExecutionStatus;
  readonly recommendedAction: RecommendedAction;
  /** Satisfied steps by all steps, two decimals. */
  readonly completionPercentage: number;
  readonly healthStatus: TaskHealth;
}
