import type { StepContext, TaskPlan } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { skips, standing, switchStep } from './support/branching';

const harness = engineHarness();

const echo = async ({ name, parents }: StepContext): Promise<unknown> => ({ name, from: parents });

/** Runs one task to its end and says how it and its steps stand. */
async function run(plan: TaskPlan, contextOf: unknown, changes: object = {}) {
  const worker = await harness.start({
    handlers: { echo, pick: async (own) => own.choose((own.task.context as { pick: string[] }).pick, 'picked') },
  });
  const taskId = await harness.create(worker, plan, { contextOf, ...changes });
  const ended = await harness.finished(taskId);
  return { taskId, ended, steps: await standing(harness, plan, taskId) };
}

describe('a step with a condition', () => {
  const steps = [
    step('a', [], { handler: 'echo' }),
    step('b', ['a'], { when: 'context.fast && parents.a.name == "a"' }),
    step('c', ['a', 'b'], { handler: 'echo' }),
  ];

  it('runs when it holds', async () => {
    const plan = await harness.template(template('holds', steps));
    const { ended, steps: states } = await run(plan, { fast: true });
    expect([ended, states]).toEqual(['complete', { a: 'complete', b: 'complete', c: 'complete' }]);
  });

  it('is left out when it does not, and why is kept; what joins it goes on, and sees null', async () => {
    const plan = await harness.template(template('holds', steps));
    const { taskId, ended, steps: states } = await run(plan, { fast: false });
    expect([ended, states]).toEqual(['complete', { a: 'complete', b: 'not_taken', c: 'complete' }]);
    expect(await skips(harness, plan, taskId)).toEqual({
      b: {
        reason: 'condition',
        expression: steps[1]?.when,
        values: { 'context.fast': false, 'parents.a.name': 'a' },
      },
    });
    const { result } = (await harness.rows.steps(taskId))[2] ?? {};
    expect(result).toEqual({ name: 'c', from: { a: { name: 'a', from: {} }, b: null } });
    const { event } = await harness.event('step.skipped');
    expect(event).toMatchObject({ step: 'b', skipReason: 'condition' });
  });

  it('may be the first, and alone: a task whose every sink was left out completes', async () => {
    const plan = await harness.template(template('alone', [step('only', [], { when: 'context.fast' })]));
    expect(await run(plan, { fast: false })).toMatchObject({ ended: 'complete', steps: { only: 'not_taken' } });
    expect(await run(plan, { fast: true })).toMatchObject({ ended: 'complete', steps: { only: 'complete' } });
  });

  it('fails for good when it cannot be judged', async () => {
    const plan = await harness.template(
      template('broken', [step('a', [], { when: 'context.size > 3' }), step('b', ['a'])]),
    );
    const { taskId, ended, steps: states } = await run(plan, { size: 'large' });
    expect([ended, states]).toEqual(['error', { a: 'error', b: 'pending' }]);
    expect(await harness.rows.failures(taskId)).toEqual([
      expect.objectContaining({ kind: 'permanent', code: 'TSK_EXPRESSION_FAILED' }),
    ]);
  });

  it('reads the task, and steps further up', async () => {
    const when =
      'task.tags.exists(t, t == "vip") && task.initiator == "me" && parents.a.name == "a" && now > task.requestedAt';
    const plan = await harness.template(
      template('reads', [step('a', [], { handler: 'echo' }), step('b', ['a']), step('c', ['b'], { when })]),
    );
    const { steps: states } = await run(plan, {}, { tags: ['vip'], initiator: 'me' });
    expect(states).toEqual({ a: 'complete', b: 'complete', c: 'complete' });
  });

  it('is not asked when a request leaves it out', async () => {
    const plan = await harness.template(
      template('by', [step('a', [], { when: 'context.none.none', skippable: true })]),
    );
    expect(await run(plan, {}, { bypass: [0] })).toMatchObject({ ended: 'complete', steps: { a: 'skipped' } });
  });
});

describe('a switch', () => {
  const steps = [
    step('a'),
    switchStep(
      'route',
      ['a'],
      [
        { when: 'context.size > 10', steps: ['big'] },
        { when: 'context.size > 5', steps: ['middle'] },
        { steps: ['small'] },
      ],
    ),
    step('big', ['route']),
    step('big2', ['big']),
    step('middle', ['route']),
    step('small', ['route']),
    step('end', ['big2', 'middle', 'small']),
  ];

  it('takes the first case that holds, leaves out the rest with all that follows, and a join goes on', async () => {
    const plan = await harness.template(template('switch', steps));
    const { taskId, ended, steps: states } = await run(plan, { size: 7 });
    expect([ended, states]).toEqual([
      'complete',
      {
        ...{ a: 'complete', route: 'complete', middle: 'complete', end: 'complete' },
        ...{ big: 'not_taken', big2: 'not_taken', small: 'not_taken' },
      },
    ]);
    expect(await skips(harness, plan, taskId)).toEqual({
      big: { reason: 'not_chosen', by: 'route' },
      big2: { reason: 'no_branch_taken' },
      small: { reason: 'not_chosen', by: 'route' },
    });
  });

  it('takes its default when none holds', async () => {
    const plan = await harness.template(template('switch', steps));
    expect((await run(plan, { size: 1 })).steps).toMatchObject({
      small: 'complete',
      big: 'not_taken',
      end: 'complete',
    });
  });

  it('takes nothing, on purpose, by an empty default; joins of nothing are left out, and the task completes', async () => {
    const none = template('none', [
      switchStep('route', [], [{ when: 'false', steps: ['x', 'y'] }, { steps: [] }]),
      step('x', ['route']),
      step('y', ['route']),
      step('join', ['x', 'y']),
      step('last', ['join']),
    ]);
    const plan = await harness.template(none);
    const { taskId, ended, steps: states } = await run(plan, {});
    expect([ended, states]).toEqual([
      'complete',
      { route: 'complete', x: 'not_taken', y: 'not_taken', join: 'not_taken', last: 'not_taken' },
    ]);
    expect(await skips(harness, plan, taskId)).toMatchObject({ join: { reason: 'no_branch_taken' } });
  });

  it('fails for good when none holds and it has no default', async () => {
    const plan = await harness.template(
      template('lost', [switchStep('route', [], [{ when: 'context.size > 1', steps: ['x'] }]), step('x', ['route'])]),
    );
    const { taskId, ended } = await run(plan, { size: 1 });
    expect(ended).toBe('error');
    expect(await harness.rows.failures(taskId)).toEqual([
      expect.objectContaining({ kind: 'permanent', code: 'TSK_NO_BRANCH', context: { values: { 'context.size': 1 } } }),
    ]);
  });
});

describe('a handler that chooses', () => {
  const steps = [
    step('pick', [], { handler: 'pick', choices: ['x', 'y'], retryLimit: 1 }),
    step('x', ['pick']),
    step('y', ['pick']),
    step('log', ['pick']),
    step('end', ['x', 'y']),
  ];

  it('runs what it named and what is no choice', async () => {
    const plan = await harness.template(template('pick', steps));
    const { taskId, steps: states } = await run(plan, { pick: ['y'] });
    expect(states).toEqual({ pick: 'complete', x: 'not_taken', y: 'complete', log: 'complete', end: 'complete' });
    expect((await harness.rows.steps(taskId))[0]?.result).toBe('picked');
  });

  it.each([
    ['another name', steps, { pick: ['log'] }],
    [
      'where there are no choices',
      [step('pick', [], { handler: 'pick' }), step('x', ['pick'], { when: 'true' })],
      { pick: ['x'] },
    ],
    ['none at all', [step('pick', [], { choices: ['x'] }), step('x', ['pick'])], {}],
  ])('fails for good when it chooses %s', async (what, own, contextOf) => {
    const plan = await harness.template(template(`pick-${what.replaceAll(' ', '-')}`, own));
    const { taskId, ended } = await run(plan, contextOf);
    expect(ended).toBe('error');
    expect(await harness.rows.failures(taskId)).toEqual([
      expect.objectContaining({ kind: 'invalid_result', code: 'TSK_CHOICE_INVALID' }),
    ]);
  });
});

describe('a join of branches', () => {
  const steps = [
    step('a', [], { when: 'context.a' }),
    step('b', [], { when: 'context.b' }),
    step('any', ['a', 'b']),
    step('all', ['a', 'b'], { runIf: 'all' }),
    step('always', ['a', 'b'], { runIf: 'always' }),
    step('after', ['all']),
    step('end', ['any', 'after']),
  ];

  it.each([
    [true, true, { any: 'complete', all: 'complete', always: 'complete', after: 'complete', end: 'complete' }],
    [true, false, { any: 'complete', all: 'not_taken', always: 'complete', after: 'not_taken', end: 'complete' }],
    [false, false, { any: 'not_taken', all: 'not_taken', always: 'complete', after: 'not_taken', end: 'not_taken' }],
  ])('runs as it says when its parents ran or not: %s, %s', async (a, b, expected) => {
    const plan = await harness.template(template('joins', steps));
    const { ended, steps: states } = await run(plan, { a, b });
    expect([ended, states]).toEqual(['complete', expect.objectContaining(expected)]);
  });

  it('stays blocked by a failure, whatever was left out beside it', async () => {
    const plan = await harness.template(
      template('failing', [
        step('a', [], { when: 'false' }),
        step('b', [], { handler: 'unknown', retryLimit: 1 }),
        step('join', ['a', 'b'], { runIf: 'always' }),
        step('c', ['a'], { runIf: 'always' }),
      ]),
    );
    const worker = await harness.start({ handlers: { unknown: () => Promise.reject(new Error('broken')) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await standing(harness, plan, taskId)).toEqual({
      ...{ a: 'not_taken', b: 'error', join: 'pending', c: 'complete' },
    });
  });
});

describe('what is left out', () => {
  it('may be a chain of a thousand steps, and joins one after the other', async () => {
    const links = Array.from({ length: 1_000 }, (_, i) => step(`s${i}`, i === 0 ? ['a'] : [`s${i - 1}`]));
    const joins = Array.from({ length: 20 }, (_, i) => step(`j${i}`, i === 0 ? ['b', 's999'] : [`j${i - 1}`, 'a']));
    const first = [step('a', [], { when: 'false' }), step('b', [], { when: 'false' })];
    const plan = await harness.template(template('thousand', [...first, ...links, ...joins]));
    const { ended, steps: states } = await run(plan, {});
    expect([ended, new Set(Object.values(states))]).toEqual(['complete', new Set(['not_taken'])]);
  });
});
