import type { OperatorCommand, TaskFilter } from '@tasker/core';

/** How a bulk operation stands: `failed` means that it could not go on, not that tasks were refused. @public */
export type BulkState = 'running' | 'complete' | 'cancelled' | 'failed';

/** Tasks that were not changed for one reason. @public */
export interface BulkReason {
  /** Error code of the refusal, such as `TSK_STATE_REFUSED`. */
  readonly code: string;
  /** State of the task, or of the step for a verb on a step, that made it so; null when no state was the reason. */
  readonly state: string | null;
  readonly count: number;
}

/** One task that was not changed, and why. @public */
export interface BulkRefusal {
  readonly taskId: string;
  readonly code: string;
  readonly message: string;
}

/** What became of tasks so far. @public */
export interface BulkCounts {
  /** Tasks the verb was applied to: the sum of the four below. */
  readonly matched: number;
  readonly changed: number;
  /** It was so already. */
  readonly unchanged: number;
  /** The verb is not legal for them. */
  readonly refused: number;
  /** Something else kept them from being changed, such as a lock that somebody does not give back. */
  readonly failed: number;
}

/** A verb applied to many tasks, as far as it has come. @public */
export interface BulkOperation extends BulkCounts {
  readonly id: string;
  readonly command: OperatorCommand;
  /** Times are ISO texts. */
  readonly filter: TaskFilter;
  readonly actor: string;
  readonly reason: string | null;
  readonly state: BulkState;
  /** Everything up to this task has been dealt with. */
  readonly lastTaskId: string;
  /** Newest task there was at the start: younger ones are not touched. */
  readonly untilTaskId: string;
  /** Why tasks were refused or failed, the most frequent first. */
  readonly reasons: readonly BulkReason[];
  /** The first twenty refused or failed tasks. */
  readonly samples: readonly BulkRefusal[];
  /** Most tasks per second; null: as fast as it goes. */
  readonly rate: number | null;
  /** Most tasks in one transaction. */
  readonly batchSize: number;
  /** Why it failed; null in any other state. */
  readonly error: string | null;
  readonly createdAt: Date;
  /** Of the last batch. */
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}

/** A step that has run before and would run again. @public */
export interface RepeatedStep {
  readonly namespace: string;
  readonly task: string;
  readonly version: string;
  readonly step: string;
  /** In how many tasks. */
  readonly count: number;
  /** What `handlerConfig.idempotent` of the step says: true, repeating it does no harm; null: nothing is said. */
  readonly idempotent: boolean | null;
}

/** What an operation would do. @public */
export interface BulkPreview extends Omit<BulkCounts, 'failed'> {
  /** How many of those that match were tried; the counts beside `matched` are about these. */
  readonly examined: number;
  /** Steps whose state would change. */
  readonly steps: number;
  /** Steps that have run and would run again; by namespace, task, version and step. */
  readonly repeats: readonly RepeatedStep[];
  readonly reasons: readonly BulkReason[];
  readonly samples: readonly BulkRefusal[];
}
