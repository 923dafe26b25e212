import { ATTEMPT_ENDS, STEP_STATE_CODES, taskStateOf, type SettlementBatch, type SettlementReceipt, type StepState } from '@tasker/core';
import { bigints, booleans, integers, smallints, texts } from '../database/binary-array';
import type { Connection } from '../database/connection';
import type { TaskerDatabase } from '../database/tasker-database';
import { zipKeys } from './step-keys';

/** Codes of the states in which an attempt may end; the fence sees to the state it starts from. */
const CODES = new Map<StepState, number>(ATTEMPT_ENDS.map((state) => [state, STEP_STATE_CODES[state]]));

/** A hundred years: a time that JavaScript, too, can write. */
const LONGEST_DELAY_MS = 100 * 365 * 86_400_000;

/** Columns of settle-steps.sql. */
interface ReceiptRow {
  started_task: string[] | null;
  started_position: number[] | null;
  ready_task: string[] | null;
  ready_position: number[] | null;
  queued: number;
  ended_task: string[];
  ended_state: number[] | null;
  declined_task: string[] | null;
  declined_position: number[] | null;
  at_ms: string;
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
 * The parameters of settle-steps.sql, in its order. The statement knows one worker, that of all outcomes and continuations.
 *
 * @throws {RangeError} for a state in which no attempt may end
 */
function settleParameters(batch: SettlementBatch): unknown[] {
  const { outcomes: o, reruns: r, next: n, joins: j } = batch;
  return [
    o[0]?.worker ?? null,
    batch.forLost,
    bigints(o.map((x) => x.taskId)),
    smallints(o.map((x) => x.position)),
    integers(o.map((x) => x.attempt)),
    integers(o.map((x) => x.keepAttempt)),
    smallints(o.map((x) => endCode(x.state))),
    texts(o.map((x) => x.result)),
    texts(o.map((x) => x.error)),
    bigints(r.map((x) => x.taskId)),
    smallints(r.map((x) => x.position)),
    integers(r.map((x) => x.templateId)),
    integers(r.map((x) => x.lane)),
    smallints(r.map((x) => x.rank)),
    bigints(r.map((x) => String(Math.min(Math.trunc(x.delayMs), LONGEST_DELAY_MS)))),
    bigints(n.map((x) => x.taskId)),
    smallints(n.map((x) => x.position)),
    integers(n.map((x) => x.templateId)),
    integers(n.map((x) => x.lane)),
    smallints(n.map((x) => x.rank)),
    booleans(n.map((x) => x.worker !== null)),
    bigints(j.map((x) => x.taskId)),
    smallints(j.map((x) => x.position)),
    integers(j.map((x) => x.templateId)),
    integers(j.map((x) => x.lane)),
    smallints(j.map((x) => x.rank)),
    booleans(j.map((x) => x.worker !== null)),
    smallints(j.map((x) => x.need)),
    smallints(j.map((x) => x.met)),
    booleans(j.map((x) => x.blocked)),
    bigints(batch.finished),
    bigints(batch.stepCounts.map((x) => x.taskId)),
    integers(batch.stepCounts.map((x) => x.steps)),
  ];
}

function endCode(state: StepState): number {
  const code = CODES.get(state);
  if (code === undefined) throw new RangeError(`no attempt may end in the state ${state}`);
  return code;
}

const readReceipt = (row: ReceiptRow): SettlementReceipt => ({
  started: zipKeys(row.started_task, row.started_position),
  ready: zipKeys(row.ready_task, row.ready_position),
  queued: row.queued,
  ended: row.ended_task.map((taskId, index) => ({ taskId, state: taskStateOf(row.ended_state?.[index] ?? -1) })),
  declined: zipKeys(row.declined_task, row.declined_position),
  at: Number(row.at_ms),
});
