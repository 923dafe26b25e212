import { ATTEMPT_ENDS, STEP_STATES, type SettlementBatch, type SettlementReceipt, type StepState } from '@tasker/core';
import { bigints, booleans, integers, smallints, texts } from '../database/binary-array';
import type { Connection } from '../database/connection';
import { taskState } from '../database/state-codes';
import type { TaskerDatabase } from '../database/tasker-database';
import { zipKeys } from './step-keys';

/** Codes of the states in which an attempt may end; the fence sees to the state it starts from. */
const CODES = new Map<StepState, number>(ATTEMPT_ENDS.map((state) => [state, STEP_STATES.indexOf(state)]));

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
 * The parameters of settle-steps.sql, in its order.
 *
 * @throws {RangeError} for a state in which no attempt may end
 */
function settleParameters(batch: SettlementBatch): unknown[] {
  const { outcomes: o, reruns: r, next: n, joins: j } = batch;
  const counts = [...batch.stepCounts];
  return [
    batch.workerId,
    batch.forLost,
    bigints(o.map((x) => x.taskId)),
    smallints(o.map((x) => x.position)),
    smallints(o.map((x) => x.attempt)),
    smallints(o.map((x) => x.keepAttempt)),
    smallints(o.map((x) => endCode(x.state))),
    texts(o.map((x) => x.result)),
    texts(o.map((x) => x.error)),
    bigints(r.map((x) => x.taskId)),
    smallints(r.map((x) => x.position)),
    integers(r.map((x) => x.templateId)),
    integers(r.map((x) => x.lane)),
    smallints(r.map((x) => x.rank)),
    integers(r.map((x) => Math.min(x.delayMs, 2_147_483_647))),
    bigints(n.map((x) => x.taskId)),
    smallints(n.map((x) => x.position)),
    integers(n.map((x) => x.templateId)),
    integers(n.map((x) => x.lane)),
    smallints(n.map((x) => x.rank)),
    booleans(n.map((x) => x.mine)),
    bigints(j.map((x) => x.taskId)),
    smallints(j.map((x) => x.position)),
    integers(j.map((x) => x.templateId)),
    integers(j.map((x) => x.lane)),
    smallints(j.map((x) => x.rank)),
    booleans(j.map((x) => x.mine)),
    smallints(j.map((x) => x.need)),
    smallints(j.map((x) => x.met)),
    booleans(j.map((x) => x.blocked)),
    bigints(batch.finished),
    bigints(counts.map(([taskId]) => taskId)),
    integers(counts.map(([, steps]) => steps)),
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
  ended: row.ended_task.map((taskId, index) => ({ taskId, state: taskState(row.ended_state?.[index] ?? -1) })),
  declined: zipKeys(row.declined_task, row.declined_position),
  at: Number(row.at_ms),
});
