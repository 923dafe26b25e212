import type { SettlementBatch, SettlementReceipt } from '@tasker/core';
import type { Connection } from '../database/connection';
import type { TaskerDatabase } from '../database/tasker-database';
import { endParameters, joinArrays, nextParameters, outcomeParameters, unlessNone } from './settlement-parameters';
import { readReceipt, type ReceiptRow } from './settlement-receipt';

/** Records outcomes and what follows from them, on a connection that its caller keeps others from. */
export async function settle(
  database: TaskerDatabase,
  on: Connection,
  batch: SettlementBatch,
): Promise<SettlementReceipt> {
  const { rows } = await database.run<ReceiptRow>(on, 'engine/settle-steps', settleParameters(batch));
  return readReceipt(rows[0] as ReceiptRow);
}

/** The parameters of settle-steps.sql, in its order. What a batch has none of is null: the statement does not look at it. */
const settleParameters = (batch: SettlementBatch): unknown[] => [
  ...outcomeParameters(batch.outcomes, batch.forLost),
  ...nextParameters(batch),
  ...unlessNone(batch.joins, 9, () => joinArrays(batch.joins)),
  ...endParameters(batch),
];
