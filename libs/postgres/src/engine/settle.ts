import {
  taskStateOf,
  type NextStep,
  type QueuePlace,
  type Rerun,
  type SettlementBatch,
  type SettlementReceipt,
  type StepKey,
} from '@tasker/core';
import { bigints, booleans, integers, smallints, texts } from '../database/binary-array';
import type { Connection } from '../database/connection';
import type { TaskerDatabase } from '../database/tasker-database';
import { endCode } from './end-code';

/** A hundred years: a time that JavaScript, too, can write. */
const LONGEST_DELAY_MS = 100 * 365 * 86_400_000;

/** Columns of settle-steps.sql. Lists are texts with commas between; null is an empty one. */
export interface ReceiptRow {
  started_task: string | null;
  started_position: string | null;
  ready_task: string | null;
  ready_position: string | null;
  queued: number | string;
  ended_task: string | null;
  ended_state: string | null;
  declined_task: string | null;
  declined_position: string | null;
  at_ms: number | string;
}

/** Records outcomes and what follows from them, on a connection that its caller keeps others from. */
export async function settle(
  database: TaskerDatabase,
  on: Connection,
  batch: SettlementBatch,
): Promise<SettlementReceipt> {
  const { rows } = await database.run<ReceiptRow>(on, 'engine/settle-steps', settleParameters(batch));
  return readReceipt(rows[0] as ReceiptRow);
}

/**
 * The parameters of settle-steps.sql, in its order. What a batch has none of is null: the statement does not look at it.
 *
 * @throws {RangeError} for a state in which no attempt may end
 */
export function settleParameters(batch: SettlementBatch): unknown[] {
  const { outcomes: o, reruns, next, joins, finished, stepCounts } = batch;
  return [
    integers([...new Set(o.map((x) => x.worker))]),
    batch.forLost,
    integers(o.map((x) => x.worker)),
    bigints(o.map((x) => x.taskId)),
    smallints(o.map((x) => x.position)),
    integers(o.map((x) => x.attempt)),
    o.some((x) => x.granted) ? smallints(o.map((x) => (x.granted ? 1 : 0))) : null,
    smallints(o.map((x) => endCode(x.state))),
    texts(o.map((x) => x.result)),
    o.some((x) => x.error !== null) ? texts(o.map((x) => x.error)) : null,
    ...unlessNone(reruns, 6, () => [...places(reruns), bigints(reruns.map(delayOf))]),
    ...unlessNone(next, 6, () => [...places(next), workers(next)]),
    ...unlessNone(joins, 9, () => [
      ...[...places(joins), workers(joins), smallints(joins.map((x) => x.need))],
      ...[smallints(joins.map((x) => x.met)), booleans(joins.map((x) => x.blocked))],
    ]),
    ...unlessNone(finished, 1, () => [bigints(finished)]),
    ...unlessNone(stepCounts, 2, () => [
      bigints(stepCounts.map((x) => x.taskId)),
      integers(stepCounts.map((x) => x.steps)),
    ]),
  ];
}

const unlessNone = (list: readonly unknown[], arrays: number, make: () => Buffer[]): (Buffer | null)[] =>
  list.length > 0 ? make() : Array<null>(arrays).fill(null);

const places = (list: readonly QueuePlace[]): Buffer[] => [
  bigints(list.map((x) => x.taskId)),
  smallints(list.map((x) => x.position)),
  integers(list.map((x) => x.templateId)),
  integers(list.map((x) => x.lane)),
  smallints(list.map((x) => x.rank)),
];
const workers = (list: readonly NextStep[]): Buffer => integers(list.map((x) => x.worker));
const delayOf = ({ delayMs }: Rerun): string => String(Math.min(Math.trunc(delayMs), LONGEST_DELAY_MS));

/** Also of a driver that reads values in another way: what is no text by itself has been made one. */
export const readReceipt = (row: ReceiptRow): SettlementReceipt => {
  const states = listOf(row.ended_state);
  return {
    started: keysOf(row.started_task, row.started_position),
    ready: keysOf(row.ready_task, row.ready_position),
    queued: Number(row.queued),
    ended: listOf(row.ended_task).map((taskId, index) => ({ taskId, state: taskStateOf(Number(states[index] ?? -1)) })),
    declined: keysOf(row.declined_task, row.declined_position),
    at: Number(row.at_ms),
  };
};

function keysOf(tasks: string | null, positions: string | null): StepKey[] {
  const places = listOf(positions);
  return listOf(tasks).map((taskId, index) => ({ taskId, position: Number(places[index] ?? -1) }));
}

const listOf = (text: string | null): string[] => (text ? text.split(',') : []);
