import { compilePlan } from '../template/compile-plan';
import { positionOf } from '../template/plan-graph';
import { normaliseTemplate, type StepTemplateInput } from '../template/step-defaults';
import type { StepPlan, TaskPlan } from '../template/task-plan';
import { decideSettlement } from './decide-settlement';
import { leftOutRows } from './left-out';
import type { Outcome } from './outcome';
import { planBatch } from './plan-batch';
import { planGraphSettlement, type GraphDecision } from './plan-graph-settlement';
import { END_POSITION } from './plan-settlement';
import type { GraphSettlementBatch } from './settlement-batch';

const ENGINE_LANE = 99;

/** A plan from step names with their parents, and more of some steps; what has a `when` or a `switch` is the engine's. */
function planOf(graph: Record<string, string>, more: Record<string, Partial<StepTemplateInput>> = {}): TaskPlan {
  const steps = Object.entries(graph).map(([name, parents]): StepTemplateInput => {
    const dependsOn = parents.split(' ').filter(Boolean);
    const handler = more[name]?.switch ? {} : { handler: 'h' };
    return { name, ...handler, dependsOn, backoff: { initialMs: 40, jitter: 0 }, ...more[name] };
  });
  const lanes = steps.map((_, index) => 10 + index);
  const ids = { templateId: 3, revision: 1, lanes, engineLane: ENGINE_LANE };
  return compilePlan(normaliseTemplate({ name: 't', steps }), ids);
}

const done: Outcome = { kind: 'completed', result: '1' };
const choosing = (...chosen: string[]): Outcome => ({ ...done, chosen });
const leftOut: Outcome = { kind: 'not_taken', reason: 'condition', detail: { expression: 'false' } };
const failure = { kind: 'permanent', name: 'E', message: 'm' } as const;
const failed: Outcome = { kind: 'failed', failure, retryAfterMs: undefined };

function decisionOf(plan: TaskPlan, name: string, outcome: Outcome, admitted = false): GraphDecision {
  const position = positionOf(plan, name) ?? -1;
  const decided = decideSettlement((plan.steps[position] as StepPlan).definition, 1, outcome, () => 0.5);
  const attempt = { taskId: '5', plan, priority: 7, position, attempt: 1, generation: 0, worker: 9 };
  return { ...attempt, decided, outcome, admitted };
}

const build = (plan: TaskPlan, ...outcomes: [string, Outcome][]): GraphSettlementBatch =>
  planGraphSettlement(
    outcomes.map(([name, outcome]) => decisionOf(plan, name, outcome)),
    () => null,
  );

const nameOf = (plan: TaskPlan, position: number): string =>
  position === END_POSITION ? 'END' : (plan.steps[position]?.name ?? '?');
const skipped = (plan: TaskPlan, { skips }: GraphSettlementBatch): Record<string, string> =>
  Object.fromEntries(skips.map(({ position, reason }) => [nameOf(plan, position), reason]));
/** `met/ran of need, least`, by name. */
const joined = (plan: TaskPlan, { joins }: GraphSettlementBatch): Record<string, string> =>
  Object.fromEntries(
    joins.map(({ position, met, ran, need, least }) => [nameOf(plan, position), `${met}/${ran} of ${need}, ${least}`]),
  );

describe('a step that a condition leaves out', () => {
  const plan = planOf({ a: '', b: 'a', c: 'b', d: 'c', other: 'a', join: 'd other' }, { b: { when: 'false' } });

  it('takes with it what has no other parent, and counts at joins as satisfied, not as run', () => {
    const batch = build(plan, ['b', leftOut]);
    expect(skipped(plan, batch)).toEqual({ c: 'no_branch_taken', d: 'no_branch_taken' });
    expect(joined(plan, batch)).toEqual({ join: '1/0 of 2, 1' });
    expect(batch.outcomes).toEqual([
      expect.objectContaining({
        state: 'not_taken',
        metadata: '{"skip":{"expression":"false","reason":"condition"}}',
        admitted: false,
      }),
    ]);
    expect([batch.next, batch.finished]).toEqual([[], []]);
  });

  it('is queued for the engine first, and for its handler once the condition has held', () => {
    expect(build(plan, ['a', done]).next.map(({ position, lane }) => [nameOf(plan, position), lane])).toEqual([
      ['b', ENGINE_LANE],
      ['other', 14],
    ]);
    const lanes = [
      planGraphSettlement([decisionOf(plan, 'b', { kind: 'granted' })], () => null),
      planGraphSettlement([decisionOf(plan, 'b', { kind: 'released' })], () => null),
      planGraphSettlement([decisionOf(plan, 'b', { kind: 'released' }, true)], () => null),
    ].map(({ reruns, outcomes }) => [reruns[0]?.lane, outcomes[0]?.admitted, outcomes[0]?.metadata]);
    expect(lanes).toEqual([
      [11, true, '{"admitted":true}'],
      [ENGINE_LANE, false, null],
      [11, true, null],
    ]);
  });

  it('ends a task that it was the only sink of', () => {
    const alone = planOf({ a: '', b: 'a' }, { a: { when: 'false' } });
    const batch = build(alone, ['a', leftOut]);
    expect([skipped(alone, batch), batch.finished, batch.joins]).toEqual([{ b: 'no_branch_taken' }, ['5'], []]);
  });
});

describe('a step that chooses', () => {
  const plan = planOf(
    { route: '', big: 'route', big2: 'big', small: 'route', log: 'route', end: 'big2 small' },
    { route: { choices: ['big', 'small'] } },
  );

  it('frees what it chose and what is no choice, and leaves out the others with all that follows', () => {
    const batch = build(plan, ['route', choosing('small')]);
    expect(batch.next.map(({ position }) => nameOf(plan, position))).toEqual(['small', 'log']);
    expect(skipped(plan, batch)).toEqual({ big: 'not_chosen', big2: 'no_branch_taken' });
    expect(batch.skips.map(({ position, detail }) => [position, detail])).toEqual([
      [1, { by: 'route' }],
      [2, {}],
    ]);
    expect(joined(plan, batch)).toEqual({ end: '1/0 of 2, 1' });
  });

  it('may choose none, on purpose', () => {
    const batch = build(plan, ['route', choosing()]);
    expect(joined(plan, batch)).toEqual({ end: '2/0 of 2, 1' });
    expect(batch.next.map(({ position }) => nameOf(plan, position))).toEqual(['log']);
  });

  it('counts every sink that it left out at the end of the task', () => {
    const wide = planOf({ route: '', x: 'route', y: 'route', z: 'route' }, { route: { choices: ['x', 'y', 'z'] } });
    const batch = build(wide, ['route', choosing()]);
    expect(joined(wide, batch)).toEqual({ END: '3/3 of 3, 0' });
    expect(batch.stepCounts).toEqual([{ taskId: '5', steps: 4 }]);
  });
});

describe('what a step wants of its parents', () => {
  it('is told of joins: one that ran, every one, none', () => {
    const graph = { a: '', b: '', any: 'a b', all: 'a b', always: 'a b' };
    const plan = planOf(graph, { a: { when: 'false' }, all: { runIf: 'all' }, always: { runIf: 'always' } });
    expect(joined(plan, build(plan, ['a', leftOut], ['b', done]))).toEqual({
      any: '2/1 of 2, 1',
      all: '2/1 of 2, 2',
      always: '2/1 of 2, 0',
    });
  });

  it('lets a step with one parent run although that was left out, when it always runs', () => {
    const plan = planOf({ a: '', b: 'a', c: 'b' }, { a: { when: 'false' }, b: { runIf: 'always' } });
    const batch = build(plan, ['a', leftOut]);
    expect([batch.skips, batch.next.map(({ position }) => position)]).toEqual([[], [1]]);
  });
});

describe('a failure beside a branch', () => {
  it('blocks every descendant and the end, and is counted apart from what was left out', () => {
    const plan = planOf({ a: '', b: '', join: 'a b', after: 'join' }, { a: { when: 'false' } });
    const batch = build(plan, ['a', leftOut], ['b', failed]);
    expect(batch.joins.map(({ position, blocked, met }) => [nameOf(plan, position), blocked, met])).toEqual([
      ['END', true, 0],
      ['join', true, 1],
      ['after', true, 0],
    ]);
  });

  it('waits for nothing when it waits', () => {
    const plan = planOf({ a: '', b: 'a' }, { a: { when: 'true' } });
    const batch = build(plan, ['a', { kind: 'waiting' }]);
    expect(batch).toMatchObject({ next: [], joins: [], skips: [], finished: [], reruns: [] });
    expect(batch.outcomes[0]).toMatchObject({ state: 'waiting', granted: true });
  });
});

describe('long chains', () => {
  const graph = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`s${i}`, i === 0 ? '' : `s${i - 1}`]));
  const plan = planOf(graph, { s0: { when: 'false' } });

  it('are left out whole, in order, and counted before', () => {
    const { skips, finished } = build(plan, ['s0', leftOut]);
    expect(skips.map(({ position }) => position)).toEqual(Array.from({ length: 4_999 }, (_, i) => i + 1));
    expect(finished).toEqual(['5']);
    expect([leftOutRows(plan, 0), leftOutRows(plan, 4_999)]).toEqual([4_999, 0]);
  });
});

describe('a batch', () => {
  it('goes by the level of its tasks', () => {
    const [plain, graph] = [planOf({ a: '' }), planOf({ a: '' }, { a: { when: 'true' } })];
    const levels = [plain, graph].map((plan) => planBatch([decisionOf(plan, 'a', done)], () => null).level);
    expect(levels).toEqual([1, 2]);
  });

  it('is refused for a step the template does not have', () => {
    const plan = planOf({ a: '' }, { a: { when: 'true' } });
    const astray = { ...decisionOf(plan, 'a', done), position: 4 };
    expect(() => planGraphSettlement([astray], () => null)).toThrow(RangeError);
  });
});
