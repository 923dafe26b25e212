import type { StepState } from '../rules/states/step-state';
import type { TaskState } from '../rules/states/task-state';

/**
 * One decided outcome. `attempt` is the fence, `keepAttempt` what the row keeps (one less when a step is released).
 *
 * @public
 */
export interface SettledOutcome {
  readonly taskId: string;
  readonly position: number;
  readonly attempt: number;
  readonly keepAttempt: number;
  readonly state: StepState;
  /** JSON texts. */
  readonly result: string | null;
  readonly error: string | null;
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
  /** True: handed back to this worker, already claimed. */
  readonly mine: boolean;
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

/** What one transaction records. Sorted by the builder; each join key appears once. @public */
export interface SettlementBatch {
  readonly workerId: number;
  /** True when a rescuer speaks for a worker declared lost. */
  readonly forLost: boolean;
  readonly outcomes: readonly SettledOutcome[];
  readonly reruns: readonly Rerun[];
  readonly next: readonly NextStep[];
  readonly joins: readonly JoinTouch[];
  /** Tasks whose only sink completed. */
  readonly finished: readonly string[];
  /** Number of steps of every task in `joins` that touches a blocked step or may: taskId to count. */
  readonly stepCounts: ReadonlyMap<string, number>;
}

/** What a settlement brought about. @public */
export interface SettlementReceipt {
  /** Joins marked `mine` that this batch completed: now in this worker's hands, attempt 1. */
  readonly started: readonly { readonly taskId: string; readonly position: number }[];
  /** Joins this batch completed and queued. */
  readonly ready: readonly { readonly taskId: string; readonly position: number }[];
  /** Everything this batch put into the queue. */
  readonly queued: number;
  readonly ended: readonly { readonly taskId: string; readonly state: TaskState }[];
  /** Next steps marked `mine` that were not given: an operator paused or touched their task or step. */
  readonly declined: readonly { readonly taskId: string; readonly position: number }[];
  /** Database time of the transaction, epoch milliseconds. */
  readonly at: number;
}

/** The fence refused outcomes, by their index in the batch. Nothing was recorded. @public */
export class StaleOutcomesError extends Error {
  constructor(readonly indexes: readonly number[]) {
    super(`${indexes.length} outcomes are stale`);
    this.name = 'StaleOutcomesError';
  }
}

/** The worker was declared lost: it must drop everything it holds. @public */
export class WorkerLostError extends Error {
  constructor(readonly workerId: number) {
    super(`worker ${workerId} has lost its lease`);
    this.name = 'WorkerLostError';
  }
}

/** A creation that claims met a first step that is paused everywhere: nothing was written; create without claiming. @public */
export class StepPausedError extends Error {
  constructor() {
    super('a first step is paused everywhere');
    this.name = 'StepPausedError';
  }
}

/** The database did not answer; the transaction may or may not have committed. @public */
export class StoreUnavailableError extends Error {
  constructor(cause: unknown) {
    super('the database did not answer', { cause });
    this.name = 'StoreUnavailableError';
  }
}

/**
 * The database refused the statement itself and recorded nothing; trying the same again is only worth it when not `unstorable`.
 *
 * @public
 */
export class StoreRefusedError extends Error {
  constructor(
    cause: unknown,
    /** True: the data cannot be held, such as a number out of range in a result. */
    readonly unstorable: boolean,
    /** True: others were faster (deadlock, serialisation, lock timeout); the same may succeed a moment later. */
    readonly lostRace = false,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'StoreRefusedError';
  }
}
