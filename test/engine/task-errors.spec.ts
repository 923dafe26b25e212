import { PermanentError, type HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { expectedStates, randomSteps } from '../support/random-graph';
import { below, SEED, seededRandom } from '../support/seeded-random';

const harness = engineHarness();

const bad: HandlerInvoker = () => Promise.reject(new PermanentError('no'));

describe('a task in which something failed for good', () => {
  it('leaves the descendants pending and blocked, and runs the other branches to their end', async () => {
    const plan = await harness.template(
      template('branches', [
        step('root'),
        step('bad', ['root'], { handler: 'bad' }),
        step('child', ['bad']),
        step('grandchild', ['child']),
        step('good', ['root']),
        step('better', ['good']),
        step('join', ['better', 'child']),
      ]),
    );
    const worker = await harness.start({ handlers: { bad } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    const rows = await harness.rows.steps(taskId);
    expect(rows.map(({ state, blocked }) => [state, blocked])).toEqual([
      ['complete', false],
      ['error', false],
      ['pending', true],
      ['pending', true],
      ['complete', false],
      ['complete', false],
      ['pending', true],
    ]);
  });

  it('ends only when the last branch that can move has', async () => {
    const plan = await harness.template(
      template('late', [
        step('bad', [], { handler: 'bad' }),
        step('slow', [], { handler: 'slow' }),
        step('z', ['slow']),
      ]),
    );
    const [held, started] = [gate(), gate()];
    const worker = await harness.start({
      handlers: {
        bad,
        slow: () => {
          started.open();
          return held.opened;
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    await harness.event('step.failed', (event) => event.taskId === taskId && event.final);
    expect(await harness.rows.taskState(taskId)).toBe('in_progress');
    held.open();
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'error', 1: 'complete', 2: 'complete' });
  });

  it('waits for the retries of another branch', async () => {
    const plan = await harness.template(
      template('retrying', [step('bad', [], { handler: 'bad' }), step('flaky', [], { handler: 'flaky' })]),
    );
    const worker = await harness.start({
      handlers: { bad, flaky: ({ attempt }) => (attempt < 3 ? Promise.reject(new Error('x')) : Promise.resolve(1)) },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'error', 1: 'complete' });
  });

  it('ends once when several steps fail at once', async () => {
    const sinks = Array.from({ length: 20 }, (_, index) => step(`bad${index}`, ['root'], { handler: 'bad' }));
    const plan = await harness.template(template('many', [step('root'), ...sinks, step('join', ['bad0', 'bad1'])]));
    const worker = await harness.start({ handlers: { bad }, concurrency: 20 });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(harness.eventNames(taskId).filter((name) => name === 'task.failed')).toHaveLength(1);
    expect(Object.values(await harness.rows.stepStates(taskId))).toEqual([
      'complete',
      ...Array<string>(20).fill('error'),
      'pending',
    ]);
  });

  it('ends when its only step failed', async () => {
    const plan = await harness.template(template('lonely', [step('bad', [], { handler: 'bad' })]));
    const worker = await harness.start({ handlers: { bad } });
    expect(await harness.finished(await harness.create(worker, plan))).toBe('error');
  });
});

describe(`random graphs shared by two workers (seed ${SEED})`, () => {
  it('never hang, whoever settles last', async () => {
    const random = seededRandom(SEED);
    const graphs = Array.from({ length: 12 }, () => randomSteps(random));
    const plans = [];
    for (const [index, steps] of graphs.entries())
      plans.push(await harness.template(template(`random${index}`, steps)));
    const maybe: HandlerInvoker = async ({ name, task, attempt }) => {
      const { failing, flaky } = task.context as { failing: string[]; flaky: string[] };
      if (failing.includes(name)) throw new PermanentError('no');
      if (attempt === 1 && flaky.includes(name)) throw new Error('again');
      return name;
    };
    const workers = [
      await harness.start({ handlers: { maybe }, concurrency: 3 }),
      await harness.start({ handlers: { maybe }, concurrency: 3 }),
    ];
    const creator = await harness.start({ role: 'api' });
    const made: { taskId: string; expected: string[] }[] = [];
    for (let round = 0; round < 120; round++) {
      const pick = below(random, graphs.length);
      const [steps, plan] = [graphs[pick], plans[pick]];
      if (!steps || !plan) continue;
      const some = (share: number) => steps.map(({ name }) => name).filter(() => random() < share);
      const [failing, flaky] = [some(0.15), some(0.2)];
      const by = [...workers, creator][below(random, 3)];
      if (!by) continue;
      const taskId = await harness.create(by, plan, { contextOf: { failing, flaky } });
      made.push({ taskId, expected: expectedStates(steps, new Set(failing)) });
    }
    for (const { taskId, expected } of made) {
      const end = await harness.finished(taskId);
      const rows = new Map((await harness.rows.steps(taskId)).map(({ position, state }) => [position, state]));
      expect([taskId, end, expected.map((_, position) => rows.get(position) ?? 'pending')]).toEqual([
        taskId,
        expected.includes('error') ? 'error' : 'complete',
        expected,
      ]);
    }
  }, 60_000);
});
