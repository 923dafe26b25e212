import type { HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, fan, step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

const harness = engineHarness();

describe('two workers', () => {
  it('share the work of many tasks', async () => {
    const plan = await harness.template(template('shared', [step('only', [], { handler: 'meet' })]));
    // Each holds its step until the other has one too, so neither can take everything.
    const met = [gate(), gate()];
    const meet =
      (own: number): HandlerInvoker =>
      async () => {
        met[own]?.open();
        await met[1 - own]?.opened;
        return own;
      };
    const [one, two] = [
      await harness.start({ handlers: { meet: meet(0) }, concurrency: 2 }),
      await harness.start({ handlers: { meet: meet(1) }, concurrency: 2 }),
    ];
    const tasks = await harness.createMany(one, plan, 40);
    await harness.allFinished(tasks);
    const rows = await harness.rows.query<{ worker_id: number }>('select distinct worker_id from tasker.steps');
    expect(new Set(rows.map((row) => row.worker_id))).toEqual(new Set([one.engine.workerId, two.engine.workerId]));
  });

  it('hand results of parents to each other', async () => {
    const names = ['left', 'right'];
    const plan = await harness.template(
      template('apart', [
        ...names.map((name) => step(name, [], { handler: name, queue: name })),
        step('join', names, { handler: 'join', queue: 'right' }),
        step('after', ['join', 'left'], { handler: 'join', queue: 'left' }),
      ]),
    );
    const handlers: Record<string, HandlerInvoker> = {
      left: async () => 'L',
      right: async () => ({ r: [1] }),
      join: async ({ parents }) => parents,
    };
    await harness.start({ queues: ['left'], handlers });
    await harness.start({ queues: ['right'], handlers });
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.run(creator, plan);
    const join = { left: 'L', right: { r: [1] } };
    expect((await harness.rows.steps(taskId)).map((row) => row.result)).toEqual([
      'L',
      { r: [1] },
      join,
      { join, left: 'L' },
    ]);
  });

  it('wake each other for what one of them cannot take, without waiting for the poll', async () => {
    const plan = await harness.template(template('handover', [step('a'), step('b', ['a'], { handler: 'other' })]));
    const first = await harness.start({ pollMs: 60_000 });
    await harness.start({ pollMs: 60_000, handlers: { other: async () => null } });
    // The first worker may not know yet that there is a second: for a step it cannot run it tells whoever listens.
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.create(creator, plan);
    expect(await harness.finished(taskId, 8_000)).toBe('complete');
    expect((await harness.rows.history(taskId))[0]?.workerId).toEqual(expect.any(Number));
    expect(first.engine.workerId).not.toBeNull();
  });
});

describe('a worker', () => {
  it('never takes a step it has no handler for', async () => {
    const plan = await harness.template(
      template('foreign', [step('known'), step('foreign', ['known'], { handler: 'elsewhere' })]),
    );
    const worker = await harness.start({ pollMs: 20 });
    const taskId = await harness.create(worker, plan);
    await harness.event('step.ready', (event) => event.step === 'foreign');
    // It has looked again at least twice since, each time for another step that it does know.
    const known = await harness.template(template('known', [step('only')]));
    const next = await harness.start({ knows: [known] });
    for (let n = 0; n < 2; n++) await harness.run(next, known);
    expect(await harness.rows.count('queue')).toBe(1);
    expect(await harness.rows.taskState(taskId)).toBe('in_progress');
  });

  it('serves only the queues it is told to', async () => {
    const plan = await harness.template(
      template('queues', [step('fast', [], { queue: 'fast' }), step('slow', [], { queue: 'slow' })]),
    );
    const creator = await harness.start({ role: 'api' });
    const picky = await harness.start({ queues: ['fast'], pollMs: 20 });
    const taskId = await harness.create(creator, plan);
    await harness.event('step.completed', (event) => event.taskId === taskId);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'complete' });
    expect(await harness.rows.count('queue')).toBe(1);
    await harness.start({ queues: ['slow'] });
    await harness.finished(taskId);
    const ran = await harness.rows.steps(taskId);
    expect([ran[0]?.workerId === picky.engine.workerId, ran[1]?.workerId === picky.engine.workerId]).toEqual([
      true,
      false,
    ]);
  });

  it('loads a template that only others have registered', async () => {
    const plan = await harness.template(template('unknown', chain(3)));
    const creator = await harness.start({ role: 'api' });
    await harness.start({ knows: [] });
    const taskId = await harness.create(creator, plan);
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('runs no more handlers at once than it may', async () => {
    const plan = await harness.template(template('crowd', fan(40, { handler: 'count' })));
    let [running, most] = [0, 0];
    const worker = await harness.start({
      concurrency: 4,
      handlers: {
        count: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
        },
      },
    });
    await harness.run(worker, plan);
    expect(most).toBe(4);
  });

  it('in role api creates tasks and runs nothing', async () => {
    const plan = await harness.template(template('api', [step('only')]));
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.create(creator, plan);
    expect(await harness.rows.taskState(taskId)).toBe('pending');
    expect(await harness.rows.count('workers')).toBe(0);
    expect(await harness.rows.count('queue')).toBe(1);
  });
});

describe('priority', () => {
  it('decides what runs first', async () => {
    const plan = await harness.template(template('ranked', [step('only', [], { handler: 'note' })]));
    const creator = await harness.start({ role: 'api' });
    const order: number[] = [];
    for (const priority of [0, -5, 9, 3, 9, -100, 100]) await harness.create(creator, plan, { priority });
    await harness.start({
      concurrency: 1,
      handlers: {
        note: async ({ task }) => {
          order.push(task.priority);
        },
      },
    });
    for (const { taskId } of await tasksOfAll()) await harness.finished(taskId);
    expect(order).toEqual([100, 9, 9, 3, 0, -5, -100]);
  });

  it('also goes before the next step of a task that runs already', async () => {
    const plan = await harness.template(template('long', chain(30, { handler: 'note' })));
    const urgent = await harness.template(template('urgent', [step('only', [], { handler: 'note' })]));
    const creator = await harness.start({ role: 'api' });
    const order: string[] = [];
    const [started, go] = [gate(), gate()];
    await harness.start({
      concurrency: 1,
      handlers: {
        note: async ({ task, name }) => {
          order.push(`${task.name}.${name}`);
          if (name === 's0') {
            started.open();
            await go.opened;
          }
        },
      },
    });
    const long = await harness.create(creator, plan);
    await started.opened;
    const first = await harness.create(creator, urgent, { priority: 10 });
    go.open();
    await Promise.all([harness.finished(long), harness.finished(first)]);
    expect(order.indexOf('urgent.only')).toBeLessThan(10);
  });

  const tasksOfAll = (): Promise<{ taskId: string }[]> =>
    harness.rows.query<{ taskId: string }>('select id as "taskId" from tasker.tasks');
});
