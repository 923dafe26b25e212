import type { ClaimedStep } from '../ports/engine-store';
import type { SettlementBatch } from '../ports/settlement';
import type { Outcome } from '../rules/settlement/outcome';
import { compilePlan } from '../rules/template/compile-plan';
import { positionOf } from '../rules/template/plan-graph';
import { normaliseTemplate } from '../rules/template/step-defaults';
import type { TaskPlan } from '../rules/template/task-plan';
import { Hand } from './hand';
import { END_POSITION, entryOf, SettlementBuilder } from './settlement-builder';

/** A plan from step names with their parents, such as `{ a: '', b: 'a', c: 'a b' }`. */
function planOf(graph: Record<string, string>): TaskPlan {
  const steps = Object.entries(graph).map(([name, parents]) => ({
    ...{ name, handler: 'h', dependsOn: parents.split(' ').filter(Boolean), backoff: { initialMs: 40, jitter: 0 } },
  }));
  const lanes = steps.map((_, index) => 10 + index);
  return compilePlan(normaliseTemplate({ name: 't', steps }), { templateId: 3, revision: 1, lanes });
}

const done: Outcome = { kind: 'completed', result: '1' };
const failed: Outcome = {
  kind: 'failed',
  failure: { kind: 'permanent', name: 'E', message: 'm' },
  retryAfterMs: undefined,
};
const retried: Outcome = { ...failed, failure: { kind: 'error', name: 'E', message: 'm' } };

/** What these outcomes, by step name, of one task come to. */
function build(
  plan: TaskPlan,
  outcomes: [string, Outcome][],
  wants: (name: string) => boolean = () => false,
): SettlementBatch {
  const hand = new Hand();
  const builder = new SettlementBuilder((_task, step) => wants(step.name));
  for (const [name, outcome] of outcomes) {
    const position = positionOf(plan, name) ?? -1;
    const claimed: ClaimedStep = {
      ...{ taskId: '5', position, templateId: 3, attempt: 1, priority: 7, correlationId: 'c', traceParent: null },
      ...{
        bypass: [],
        context: '{}',
        checkpoint: null,
        granted: 0,
        inputs: null,
        lockVersion: 0,
        began: false,
        startedAt: 0,
        waitedMs: 0,
        queued: null,
      },
    };
    builder.add(entryOf(hand.take(claimed, plan), outcome, () => 0.5));
  }
  return builder.build(9, false);
}

const names = (plan: TaskPlan, keys: readonly { position: number }[]): string[] =>
  keys.map(({ position }) => (position === END_POSITION ? 'END' : (plan.steps[position]?.name ?? '?')));

describe('what a batch of outcomes does', () => {
  it('is recorded for each step', () => {
    const plan = planOf({ a: '' });
    expect(build(plan, [['a', done]])).toMatchObject({
      ...{ workerId: 9, forLost: false },
      outcomes: [{ taskId: '5', position: 0, attempt: 1, keepAttempt: 1, state: 'complete', result: '1', error: null }],
    });
  });

  it('frees a dependent with one parent, for this worker or for the queue', () => {
    const plan = planOf({ a: '', b: 'a', c: 'a' });
    const batch = build(plan, [['a', done]], (name) => name === 'b');
    expect(batch.next).toEqual([
      { taskId: '5', position: 1, templateId: 3, lane: 11, rank: -7, mine: true },
      { taskId: '5', position: 2, templateId: 3, lane: 12, rank: -7, mine: false },
    ]);
    expect([batch.joins, batch.finished]).toEqual([[], []]);
  });

  it('touches a join once, with all of its parents in the batch', () => {
    const plan = planOf({ a: '', b: '', c: '', d: 'a b c' });
    let asked = 0;
    const batch = build(
      plan,
      [
        ['a', done],
        ['b', { kind: 'skipped' }],
      ],
      () => ++asked > 0,
    );
    expect(batch.joins).toEqual([
      { taskId: '5', position: 3, templateId: 3, lane: 13, rank: -7, mine: true, need: 3, met: 2, blocked: false },
    ]);
    expect(asked).toBe(1);
    expect(batch.stepCounts).toEqual(new Map([['5', 4]]));
  });

  it('finishes a task with its only sink, without counting', () => {
    const batch = build(planOf({ a: '', b: 'a' }), [['b', done]]);
    expect([batch.finished, batch.joins, batch.next]).toEqual([['5'], [], []]);
  });

  it('counts the sinks of a task with several at its virtual end', () => {
    const plan = planOf({ a: '', b: 'a', c: 'a' });
    const batch = build(plan, [
      ['b', done],
      ['c', done],
    ]);
    expect(batch.finished).toEqual([]);
    expect(batch.joins).toEqual([expect.objectContaining({ position: END_POSITION, need: 2, met: 2, mine: false })]);
  });

  it('lets a step run again without touching anybody else', () => {
    const batch = build(planOf({ a: '', b: 'a' }), [['a', retried]]);
    expect(batch.reruns).toEqual([{ taskId: '5', position: 0, templateId: 3, lane: 10, rank: -7, delayMs: 40 }]);
    expect([batch.next, batch.joins, batch.finished]).toEqual([[], [], []]);
    const released = build(planOf({ a: '', b: 'a' }), [['a', { kind: 'released' }]]);
    expect([released.reruns[0]?.delayMs, released.outcomes[0]?.keepAttempt]).toEqual([0, 0]);
  });

  it('blocks every descendant and the end after a final failure, and offers none of them', () => {
    const plan = planOf({ a: '', b: 'a', c: 'b', other: '', d: 'c other' });
    const batch = build(plan, [['a', failed]], () => true);
    expect(names(plan, batch.joins)).toEqual(['b', 'c', 'd', 'END']);
    expect(batch.joins.every(({ blocked, met, mine }) => blocked && met === 0 && !mine)).toBe(true);
    expect(batch.joins.map(({ need }) => need)).toEqual([1, 1, 2, 1]);
    expect(batch.stepCounts.get('5')).toBe(5);
  });

  it('keeps a join blocked, and counts for it, when one parent failed and another completed', () => {
    const plan = planOf({ a: '', b: '', c: 'a b' });
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const outcomes = order.map((name): [string, Outcome] => [name, name === 'a' ? failed : done]);
      const join = build(plan, outcomes).joins.find(({ position }) => position === 2);
      expect(join).toMatchObject({ need: 2, met: 1, blocked: true });
    }
  });

  it('blocks the end of a task whose only step failed, so that the task ends', () => {
    const batch = build(planOf({ a: '' }), [['a', failed]]);
    expect(batch.joins).toEqual([expect.objectContaining({ position: END_POSITION, need: 1, met: 0, blocked: true })]);
    expect(batch.finished).toEqual([]);
  });
});
