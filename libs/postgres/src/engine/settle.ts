import { ATTEMPT_ENDS, STEP_STATES, type SettlementBatch, type StepState } from '@tasker/core';
import { bigints, booleans, integers, smallints, texts } from '../database/binary-array';

/** Codes of the states in which an attempt may end; the fence sees to the state it starts from. */
const CODES = new Map<StepState, number>(ATTEMPT_ENDS.map((state) => [state, STEP_STATES.indexOf(state)]));

/**
 * The parameters of settle-steps.sql, in its order.
 *
 * @throws {RangeError} for a state in which no attempt may end
 */
export function settleParameters(batch: SettlementBatch): unknown[] {
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
