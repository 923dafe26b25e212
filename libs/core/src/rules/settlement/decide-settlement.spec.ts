import type { StepFailure } from './step-failure';
import { normaliseStep } from '../template/step-defaults';
import { decideSettlement, type DecidedSettlement } from './decide-settlement';
import type { Outcome } from './outcome';

const failed = (kind: StepFailure['kind'], retryAfterMs?: number): Outcome => ({
  kind: 'failed',
  failure: { kind, name: 'E', message: 'm' },
  retryAfterMs,
});

const step = (changes: object = {}) => normaliseStep({ name: 's', handler: 'h', backoff: { jitter: 0 }, ...changes });

type Case = [what: string, changes: object, attempt: number, outcome: Outcome, expected: Partial<DecidedSettlement>];

const rerun = { state: 'ready', granted: true, delayMs: 0 } as const;
const notTaken: Outcome = { kind: 'not_taken', reason: 'condition', detail: { 'context.fast': false } };
const final = { state: 'error', delayMs: null } as const;

const CASES: Case[] = [
  ['a result', {}, 2, { kind: 'completed', result: '1' }, { state: 'complete', granted: false, result: '1' }],
  ['a bypass', {}, 1, { kind: 'skipped' }, { state: 'skipped', granted: false, delayMs: null }],
  ['giving back', {}, 3, { kind: 'released' }, { state: 'ready', granted: true, delayMs: 0, error: null }],
  ['a condition that holds', {}, 1, { kind: 'granted' }, { state: 'ready', granted: true, delayMs: 0 }],
  ['a condition that does not', {}, 2, notTaken, { state: 'not_taken', granted: false, delayMs: null, result: null }],
  ['beginning to wait', {}, 1, { kind: 'waiting' }, { state: 'waiting', granted: true, delayMs: null }],
  ['an error', {}, 1, failed('error'), { state: 'waiting_for_retry', granted: false, delayMs: 1_000 }],
  ['a second error', {}, 2, failed('error'), { state: 'waiting_for_retry', delayMs: 2_000 }],
  ['the last error', {}, 3, failed('error'), final],
  ['an error beyond the last', {}, 4, failed('error'), final],
  ['the only error', { retryLimit: 1 }, 1, failed('error'), final],
  ['an error that may not be retried', { retryable: false, retryLimit: 9 }, 1, failed('error'), final],
  ['an error with an answer when', {}, 1, failed('error', 70), { state: 'waiting_for_retry', delayMs: 70 }],
  ['an error to be retried at once', {}, 1, failed('error', 0), { state: 'ready', delayMs: 0, granted: false }],
  ['a timeout', {}, 1, failed('timeout'), { state: 'waiting_for_retry', delayMs: 1_000 }],
  ['the last timeout', {}, 3, failed('timeout'), final],
  ['a permanent error', {}, 1, failed('permanent'), final],
  ['a permanent error with an answer when', {}, 1, failed('permanent', 5), final],
  ['input that does not fit', {}, 1, failed('invalid_input'), final],
  ['a result that does not fit', {}, 1, failed('invalid_result'), final],
  ['a lost worker', {}, 1, failed('worker_lost'), { state: 'ready', delayMs: 0, granted: false }],
  ['the last lost worker', {}, 3, failed('worker_lost'), final],
  ['a lost worker that decided', { handler: undefined, switch: [{ steps: [] }] }, 9, failed('worker_lost'), rerun],
  ['a lost worker of an unsafe step', { onWorkerLoss: 'fail' }, 1, failed('worker_lost'), final],
  ['a failure of an unsafe step', { onWorkerLoss: 'fail' }, 1, failed('error'), { state: 'waiting_for_retry' }],
];

describe('what becomes of a step', () => {
  it.each(CASES)('after %s', (_what, changes, attempt, outcome, expected) => {
    expect(decideSettlement(step(changes), attempt, outcome, () => 0.5)).toMatchObject(expected);
  });

  it('keeps the failure as JSON', () => {
    const { error } = decideSettlement(step(), 1, failed('error'), () => 0.5);
    expect(JSON.parse(error ?? '')).toEqual({ kind: 'error', name: 'E', message: 'm' });
  });
});
