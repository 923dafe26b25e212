import type { BulkOperation, BulkRefusal } from './bulk-operation';
import { readReasons, type StoredReasons } from './bulk-tally';

/** An operation as the statements give it. */
export type BulkRow = Omit<BulkOperation, 'reasons'> & { readonly refusals: StoredReasons };

/** Leaves out what is nobody's business, such as what other columns the statement had. */
export function readOperation(row: BulkRow): BulkOperation {
  const { id, command, filter, actor, reason, state, lastTaskId, untilTaskId, rate, batchSize, error } = row;
  const { matched, changed, unchanged, refused, failed, refusals, createdAt, updatedAt, finishedAt } = row;
  const samples: readonly BulkRefusal[] = row.samples;
  return {
    ...{ id, command, filter, actor, reason, state, lastTaskId, untilTaskId, rate, batchSize, error },
    ...{ matched, changed, unchanged, refused, failed, reasons: readReasons(refusals), samples },
    ...{ createdAt, updatedAt, finishedAt },
  };
}
