import {
  skipMetadata,
  type GraphOutcome,
  type GraphSettlementBatch,
  type Moment,
  type SettlementReceipt,
} from '@tasker/core';
import { bigints, booleans, smallints, texts } from '../database/binary-array';
import type { Connection } from '../database/connection';
import type { TaskerDatabase } from '../database/tasker-database';
import { endParameters, joinArrays, nextParameters, outcomeParameters, unlessNone } from './settlement-parameters';
import { listOf, readReceipt, type ReceiptRow } from './settlement-receipt';

/** Records outcomes of tasks that branch or wait, on a connection that its caller keeps others from. */
export async function settleGraph(
  database: TaskerDatabase,
  on: Connection,
  batch: GraphSettlementBatch,
): Promise<SettlementReceipt> {
  const { rows } = await database.run<GraphReceiptRow>(
    on,
    batch.timed ? 'budgets/settle-graph' : 'engine/settle-graph',
    graphParameters(batch),
  );
  return readGraphReceipt(rows[0] as GraphReceiptRow);
}

/** What a settlement of such tasks brought about. */
export function readGraphReceipt(row: GraphReceiptRow): SettlementReceipt {
  const receipt = readReceipt(row);
  const ran = listOf(row.started_ran);
  return { ...receipt, started: receipt.started.map((key, index) => ({ ...key, ran: Number(ran[index] ?? 0) })) };
}

/** Columns of settle-graph.sql. */
export interface GraphReceiptRow extends ReceiptRow {
  /** Of each join in `started`: parents that ran. */
  started_ran: string | null;
}

/** The parameters of settle-graph.sql, in its order. What a batch has none of is null: the statement does not look at it. */
export function graphParameters(batch: GraphSettlementBatch): unknown[] {
  const { outcomes, joins, skips } = batch;
  return [
    ...outcomeParameters(outcomes, batch.forLost),
    outcomes.some((x) => x.admitted) ? booleans(outcomes.map((x) => x.admitted)) : null,
    outcomes.some((x) => x.metadata !== null) ? texts(outcomes.map((x) => x.metadata)) : null,
    ...nextParameters(batch),
    ...unlessNone(joins, 11, () => [
      ...joinArrays(joins),
      smallints(joins.map((x) => x.ran)),
      smallints(joins.map((x) => x.least)),
    ]),
    ...unlessNone(skips, 4, () => [
      bigints(skips.map((x) => x.taskId)),
      smallints(skips.map((x) => x.position)),
      booleans(skips.map((x) => x.reason === 'not_chosen')),
      texts(skips.map((x) => skipMetadata(x.reason, x.detail))),
    ]),
    ...endParameters(batch),
    outcomes.some((x) => x.waits) ? waitsOf(outcomes) : null,
  ];
}

/** JSON text of the waits that are opened, as open_wait_v1 reads them. To a task the task is the key. */
function waitsOf(outcomes: readonly GraphOutcome[]): string {
  const opened = outcomes.flatMap(({ taskId: task, position, wait }) => {
    if (!wait) return [];
    const { kind, all, signals, approval, generation, templateId: template, lane, namespace } = wait;
    return [
      {
        ...{ task, position, generation, template, lane, namespace, kind, all },
        ...momentOf('due', wait.due),
        ...momentOf('interim', wait.interim),
        signals: signals.map(({ name, key, max }) => ({ name, key: key ?? `@${task}`, max })),
        ...(approval && { approval: { ...approval, escalateTo: approval.escalateTo ?? undefined } }),
      },
    ];
  });
  return JSON.stringify(opened);
}

const momentOf = (name: 'due' | 'interim', moment: Moment | null): object =>
  moment === null ? {} : 'inMs' in moment ? { [`${name}Ms`]: moment.inMs } : { [`${name}At`]: moment.at };
