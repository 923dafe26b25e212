import { errorText } from '../errors/error-text';
import type { TaskState } from '../rules/states/task-state';

/** What a settlement brought about. @public */
export interface SettlementReceipt {
  /**
   * Joins meant for a worker that this batch completed: now in that worker's hands, attempt 1. Where a branch may leave
   * parents out, with how many ran: one with too few is there only to be left out, whatever the worker wanted.
   */
  readonly started: readonly { readonly taskId: string; readonly position: number; readonly ran?: number }[];
  /** Joins this batch completed and queued. */
  readonly ready: readonly { readonly taskId: string; readonly position: number }[];
  /** Everything this batch put into the queue. */
  readonly queued: number;
  readonly ended: readonly { readonly taskId: string; readonly state: TaskState }[];
  /** Next steps meant for a worker that were not given: an operator paused or touched their task or step. */
  readonly declined: readonly { readonly taskId: string; readonly position: number }[];
  /** Database time of the transaction, epoch milliseconds. */
  readonly at: number;
}

/**
 * The fence refused outcomes, by their index in the batch: another attempt has the step, or their worker has lost its
 * lease. Nothing was recorded.
 *
 * @public
 */
export class StaleOutcomesError extends Error {
  constructor(readonly indexes: readonly number[]) {
    super(`${indexes.length} outcomes are stale`);
    this.name = 'StaleOutcomesError';
  }
}

/** The worker, or every worker of a settlement, has lost its lease: it must drop everything in hand. @public */
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
    /** True: a row of this key exists. */
    readonly duplicateKey = false,
  ) {
    super(errorText(cause), { cause });
    this.name = 'StoreRefusedError';
  }
}
