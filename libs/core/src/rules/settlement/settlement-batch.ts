import type { StepState } from '../states/step-state';
import type { NewWait } from '../wait/step-wait';
import type { SkipDetail, SkipReason } from './skip-reason';

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

/** An outcome in a graph that branches or waits. @public */
export interface GraphOutcome extends SettledOutcome {
  /** Its condition held: later attempts of the same generation do not ask again. */
  readonly admitted: boolean;
  /** JSON text for the history: why it was left out. */
  readonly metadata: string | null;
  /** It is one of those that may wait: what it waited for is over, unless it waits. */
  readonly waits: boolean;
  /** What it begins to wait for. */
  readonly wait: OpenedWait | null;
}

/** A wait with what is known of its step. @public */
export interface OpenedWait extends NewWait {
  readonly generation: number;
  readonly templateId: number;
  /** Where its step is queued when it is woken. */
  readonly lane: number;
  readonly namespace: string;
}

/** A join of which a branch may leave parents out. @public */
export interface GraphJoinTouch extends JoinTouch {
  /** Of those that are satisfied by this batch, the ones that no branch left out. */
  readonly ran: number;
  /** How many must have run: with fewer it is handed back, in progress, to be left out. */
  readonly least: number;
}

/** A step that the graph alone leaves out: its only parent was left out, or chose others. @public */
export interface StepSkip {
  readonly taskId: string;
  readonly position: number;
  readonly reason: SkipReason;
  readonly detail: SkipDetail;
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
  /** The engine level of its tasks: one that branches or waits goes through a statement of its own. */
  readonly level: 1 | 2;
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

/** What one transaction records of tasks that branch or wait. @public */
export interface GraphSettlementBatch extends SettlementBatch {
  readonly level: 2;
  readonly outcomes: readonly GraphOutcome[];
  readonly joins: readonly GraphJoinTouch[];
  /** Some of its tasks run against the clock. */
  readonly timed: boolean;
  /** By task and position. */
  readonly skips: readonly StepSkip[];
}

/** Whether a batch is one of tasks that branch or wait. @public */
export const isGraphBatch = (batch: SettlementBatch): batch is GraphSettlementBatch => batch.level === 2;
