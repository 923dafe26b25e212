import { decideSettlement } from './decide-settlement';
import type { Outcome } from './outcome';
import { compilePlan } from '../template/compile-plan';
import { positionOf } from '../template/plan-graph';
import { normaliseTemplate } from '../template/step-defaults';
import type { StepPlan, TaskPlan } from '../template/task-plan';
import { byTaskAndPosition, type DecidedOutcome } from './decided-outcome';
import { END_POSITION, planSettlement } from './plan-settlement';
import type { SettlementBatch } from './settlement-batch';

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

const outcomeOf = (plan: TaskPlan, name: string, outcome: Outcome, taskId = '5', worker = 9): DecidedOutcome => {
  const position = positionOf(plan, name) ?? -1;
  const decided = decideSettlement((plan.steps[position] as StepPlan).definition, 1, outcome, () => 0.5);
  return { taskId, plan, priority: 7, position, attempt: 1, worker, decided };
};

/** What these outcomes, by step name, of one task come to. */
function build(
  plan: TaskPlan,
  outcomes: [string, Outcome][],
  wants: (name: string) => boolean = () => false,
): SettlementBatch {
  const decided = outcomes.map(([name, outcome]) => outcomeOf(plan, name, outcome));
  return planSettlement(decided, (parent, dependent) => (wants(dependent.name) ? parent.worker : null));
}

const names = (plan: TaskPlan, keys: readonly { position: number }[]): string[] =>
  keys.map(({ position }) => (position === END_POSITION ? 'END' : (plan.steps[position]?.name ?? '?')));

describe('what a batch of outcomes does', () => {
  it('is recorded for each step', () => {
    const plan = planOf({ a: '' });
    expect(build(plan, [['a', done]])).toMatchObject({
      forLost: false,
      outcomes: [
        {
          taskId: '5',
          position: 0,
          attempt: 1,
          granted: false,
          state: 'complete',
          result: '1',
          error: null,
          worker: 9,
        },
      ],
    });
  });

  it('frees a dependent with one parent, for this worker or for the queue', () => {
    const plan = planOf({ a: '', b: 'a', c: 'a' });
    const batch = build(plan, [['a', done]], (name) => name === 'b');
    expect(batch.next).toEqual([
      { taskId: '5', position: 1, templateId: 3, lane: 11, rank: -7, worker: 9 },
      { taskId: '5', position: 2, templateId: 3, lane: 12, rank: -7, worker: null },
    ]);
    expect([batch.joins, batch.finished]).toEqual([[], []]);
  });

  it('is nothing without outcomes, and touches nothing where each step has one parent', () => {
    const nothing = { outcomes: [], reruns: [], next: [], joins: [], finished: [], stepCounts: [] };
    expect(planSettlement([], () => null, true)).toEqual({ level: 1, forLost: true, ...nothing });
    expect(build(planOf({ a: '', b: 'a' }), [['a', done]])).toMatchObject({ joins: [], stepCounts: [] });
  });

  it('reaches the end of several sinks without blocking it, and is told with the number of steps', () => {
    const plan = planOf({ a: '', b: 'a', c: 'a' });
    const batch = build(plan, [['b', done]]);
    expect(batch.joins).toEqual([
      {
        taskId: '5',
        position: END_POSITION,
        templateId: 3,
        lane: 0,
        rank: 0,
        worker: null,
        need: 2,
        met: 1,
        blocked: false,
      },
    ]);
    expect([batch.finished, batch.stepCounts]).toEqual([[], [{ taskId: '5', steps: 3 }]]);
  });

  it('is refused for a step the template does not have', () => {
    const outcome = { ...outcomeOf(planOf({ a: '' }), 'a', done), position: 4 };
    expect(() => planSettlement([outcome], () => null)).toThrow(RangeError);
  });

  it('is in the order of tasks as numbers and positions', () => {
    const at = (taskId: string, position = 0) => ({ taskId, position });
    const ordered = [at('9'), at('10', 1), at('10', 2), at('11'), at('20'), at('100')];
    expect([...ordered].reverse().sort(byTaskAndPosition)).toEqual(ordered);
    expect(byTaskAndPosition(at('11'), at('20'))).toBeLessThan(0);
    expect(byTaskAndPosition(at('20'), at('11'))).toBeGreaterThan(0);
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
      { taskId: '5', position: 3, templateId: 3, lane: 13, rank: -7, worker: 9, need: 3, met: 2, blocked: false },
    ]);
    expect(asked).toBe(1);
    expect(batch.stepCounts).toEqual([{ taskId: '5', steps: 4 }]);
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
    expect(batch.joins).toEqual([expect.objectContaining({ position: END_POSITION, need: 2, met: 2, worker: null })]);
  });

  it('lets a step run again without touching anybody else', () => {
    const batch = build(planOf({ a: '', b: 'a' }), [['a', retried]]);
    expect(batch.reruns).toEqual([{ taskId: '5', position: 0, templateId: 3, lane: 10, rank: -7, delayMs: 40 }]);
    expect([batch.next, batch.joins, batch.finished]).toEqual([[], [], []]);
    const released = build(planOf({ a: '', b: 'a' }), [['a', { kind: 'released' }]]);
    expect([released.reruns[0]?.delayMs, released.outcomes[0]?.granted]).toEqual([0, true]);
  });

  it('blocks every descendant and the end after a final failure, and offers none of them', () => {
    const plan = planOf({ a: '', b: 'a', c: 'b', other: '', d: 'c other' });
    const batch = build(plan, [['a', failed]], () => true);
    expect(names(plan, batch.joins)).toEqual(['END', 'b', 'c', 'd']);
    expect(batch.joins.every(({ blocked, met, worker }) => blocked && met === 0 && worker === null)).toBe(true);
    expect(batch.joins.map(({ need }) => need)).toEqual([1, 1, 1, 2]);
    expect(batch.stepCounts).toEqual([{ taskId: '5', steps: 5 }]);
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

  it('keeps the tasks and the workers of a batch apart, and each task together', () => {
    const plan = planOf({ a: '', b: '', c: 'a b', d: 'a' });
    const batch = planSettlement(
      [outcomeOf(plan, 'a', done, '9', 1), outcomeOf(plan, 'b', done, '9', 2), outcomeOf(plan, 'a', done, '10', 3)],
      (parent, dependent) => (dependent.name === 'd' ? parent.worker : null),
    );
    expect(batch.outcomes.map(({ taskId, worker }) => [taskId, worker])).toEqual([
      ['9', 1],
      ['9', 2],
      ['10', 3],
    ]);
    expect(batch.next.map(({ taskId, worker }) => [taskId, worker])).toEqual([
      ['9', 1],
      ['10', 3],
    ]);
    expect(batch.joins.map(({ taskId, met }) => [taskId, met])).toEqual([
      ['9', 2],
      ['10', 1],
    ]);
    expect(batch.stepCounts.map(({ taskId }) => taskId)).toEqual(['9', '10']);
  });

  it('is plain data', () => {
    const batch = build(planOf({ a: '', b: 'a', c: 'a b' }), [['a', done]]);
    expect(JSON.parse(JSON.stringify(batch))).toEqual(batch);
  });

  it('says when it is for lost workers', () => {
    const plan = planOf({ a: '' });
    expect(planSettlement([outcomeOf(plan, 'a', retried)], () => null, true).forLost).toBe(true);
  });
});

describe('the order of outcomes', () => {
  it('is by task, as a number, and position', () => {
    const keys = ['10/0', '9/2', '9/-1', '9/0', '100/0'].map((key) => {
      const [taskId = '', position] = key.split('/');
      return { taskId, position: Number(position) };
    });
    const sorted = keys.sort(byTaskAndPosition).map(({ taskId, position }) => `${taskId}/${position}`);
    expect(sorted).toEqual(['9/-1', '9/0', '9/2', '10/0', '100/0']);
  });
});
