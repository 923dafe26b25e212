import type { StepState } from '../states/step-state';

/**
 * One decided outcome. `attempt` is the fence; `granted` says that it does not count against the retry limit.
 *
 * @public
 */
export interface SettledOutcome {
  readonly taskId: string;
  readonly position: number;
  readonly attempt: number;
  readonly granted: boolean;
  readonly state: StepState;
  /** JSON texts. */
  readonly result: string | null;
  readonly error: string | null;
  /** Whose attempt it is: the step must be in this worker's hands, and the lease of this worker must hold. */
  readonly worker: number;
}

/** Where a step goes in the queue. `rank` is minus the priority. @public */
export interface QueuePlace {
  readonly taskId: string;
  readonly position: number;
  readonly templateId: number;
  readonly lane: number;
  readonly rank: number;
}

/** A step that runs again, at once or later. @public */
export interface Rerun extends QueuePlace {
  /** 0: at once. */
  readonly delayMs: number;
}

/** A dependent with one parent. @public */
export interface NextStep extends QueuePlace {
  /** Who gets it, already claimed; null: the queue. */
  readonly worker: number | null;
}

/**
 * A dependent with several parents, the virtual end of a task (position -1), or a step that became blocked.
 *
 * @public
 */
export interface JoinTouch extends NextStep {
  readonly need: number;
  /** Parents satisfied by this batch. */
  readonly met: number;
  readonly blocked: boolean;
}

/** How many steps a task has: the store needs it of every task with a touched join. @public */
export interface StepCount {
  readonly taskId: string;
  readonly steps: number;
}

/**
 * What one transaction records. Plain data. Outcomes stand by task, as a number, and position; so do the joins, and each
 * join key appears once.
 *
 * @public
 */
export interface SettlementBatch {
  /** True when a rescuer speaks for workers declared lost. */
  readonly forLost: boolean;
  readonly outcomes: readonly SettledOutcome[];
  readonly reruns: readonly Rerun[];
  readonly next: readonly NextStep[];
  readonly joins: readonly JoinTouch[];
  /** Tasks whose only sink completed. */
  readonly finished: readonly string[];
  readonly stepCounts: readonly StepCount[];
}
