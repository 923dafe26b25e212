import { ATTEMPT_ENDS, STEP_STATE_CODES, type SettlementBatch, type StepState } from '@tasker/core';
import { bigints, booleans, integers, smallints, texts } from './binary-array';

/** Codes of the states in which an attempt may end; the fence sees to the state it starts from. */
const CODES = new Map<StepState, number>(ATTEMPT_ENDS.map((state) => [state, STEP_STATE_CODES[state]]));

/** A hundred years: a time that JavaScript, too, can write. */
const LONGEST_DELAY_MS = 100 * 365 * 86_400_000;

/**
 * The parameters of settle-steps.sql, in its order. The statement knows one worker, that of all outcomes and continuations.
 *
 * @throws {RangeError} for a state in which no attempt may end
 */
export function settleParameters(batch: SettlementBatch): unknown[] {
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
