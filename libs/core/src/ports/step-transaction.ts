import type { StepDatabase } from '../handler/step-database';
import type { SettlementBatch } from '../rules/settlement/settlement-batch';
import { StoreUnavailableError, type SettlementReceipt } from './settlement';

/** COMMIT was sent and not answered: only the rows tell whether it counted. @public */
export class CommitUnansweredError extends StoreUnavailableError {
  constructor(cause: unknown) {
    super(cause);
    this.name = 'CommitUnansweredError';
  }
}

/** The handler has ended its transaction itself; nothing of the settlement was recorded. @public */
export class TransactionEndedError extends Error {
  constructor() {
    super('the handler has ended its transaction itself');
    this.name = 'TransactionEndedError';
  }
}

/**
 * A transaction in which the handler of one attempt writes, and in which the store records what came of it. It ends by
 * `settle` or by `rollback`, whichever is called first; the manager can do nothing any more then.
 *
 * @public
 */
export interface StepTransaction {
  readonly manager: StepDatabase;
  /** Its connection is gone: nothing of it was, or will be, committed, unless COMMIT had been sent. */
  readonly isBroken: boolean;
  /**
   * Records the outcome as the last statement, and commits. Whatever it throws, but for {@link CommitUnansweredError},
   * nothing was committed.
   *
   * @throws {TransactionEndedError}
   * @throws {CommitUnansweredError}
   * @throws as `EngineStore.settle`
   */
  settle(batch: SettlementBatch): Promise<SettlementReceipt>;
  /**
   * Gives everything up, and the connection back. Never throws.
   *
   * @param atOnce the handler may still be at it: a statement under way is interrupted
   */
  rollback(atOnce: boolean): Promise<void>;
}
