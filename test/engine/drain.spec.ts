import type { HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

const untilAborted: HandlerInvoker = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('a worker that is told to stop', () => {
  it('lets what runs finish within the grace period and takes nothing new', async () => {
    const plan = await harness.template(template('graceful', chain(2, { handler: 'work' })));
    const [started, go] = [gate(), gate()];
    const worker = await harness.start({
      handlers: {
        work: async () => {
          started.open();
          await go.opened;
          return 'done';
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    const drained = worker.engine.drain(10_000);
    go.open();
    await drained;
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'complete' });
    expect(await harness.rows.count('queue')).toBe(1);
    expect(await harness.rows.count('workers')).toBe(0);
    expect(worker.lines('info')).toContain('This worker has stopped: 1 running steps were finished, 0 given back.');
    await harness.start({ handlers: { work: async () => 'more' } });
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('aborts what is left after the grace period and gives it back without spending the attempt', async () => {
    const plan = await harness.template(template('abort', [step('only', [], { handler: 'work' })]));
    const started = gate();
    const worker = await harness.start({
      handlers: {
        work: (own) => {
          started.open();
          return untilAborted(own);
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    await worker.engine.drain(10);
    expect(worker.lines('info')).toContain('This worker has stopped: 0 running steps were finished, 1 given back.');
    expect(await harness.rows.steps(taskId)).toEqual([
      expect.objectContaining({ state: 'ready', attempt: 1, granted: 1 }),
    ]);
    expect(harness.eventNames(taskId)).toContain('step.released');
    const attempts: number[] = [];
    await harness.start({
      handlers: {
        work: async ({ attempt }) => {
          attempts.push(attempt);
        },
      },
    });
    expect(await harness.finished(taskId)).toBe('complete');
    expect(attempts).toEqual([2]);
    expect((await harness.rows.history(taskId)).map(({ attempt, to }) => [attempt, to])).toEqual([
      [1, 'ready'],
      [2, 'complete'],
    ]);
  });

  it('does not wait for a handler that ignores the signal, and drops what it returns', async () => {
    const plan = await harness.template(template('deaf', [step('only', [], { handler: 'work' })]));
    const [started, go] = [gate(), gate()];
    const worker = await harness.start({
      handlers: {
        work: async () => {
          started.open();
          await go.opened;
          return 'too late';
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    await worker.engine.drain(10);
    go.open();
    await harness.start({ handlers: { work: async () => 'second' } });
    await harness.finished(taskId);
    expect((await harness.rows.steps(taskId))[0]?.result).toBe('second');
  });

  it('gives back at once what it held without having started it', async () => {
    const plan = await harness.template(template('held', [step('only', [], { handler: 'work' })]));
    const creator = await harness.start({ role: 'api' });
    const tasks = await harness.createMany(creator, plan, 30);
    const [started, go] = [gate(), gate()];
    const worker = await harness.start({
      concurrency: 1,
      handlers: {
        work: async () => {
          started.open();
          await go.opened;
        },
      },
    });
    await started.opened;
    worker.engine.stopClaiming();
    await harness.start({ handlers: { work: async () => null } });
    const others = await Promise.race([
      Promise.all(tasks.slice(1).map(({ taskId }) => harness.finished(taskId))),
      go.opened.then(() => []),
    ]);
    expect(others).toHaveLength(29);
    go.open();
    await harness.allFinished(tasks);
  });

  it('runs nothing of what it gave back, also when that was claimed while it was stopping', async () => {
    const plan = await harness.template(template('between', [step('only', [], { handler: 'work' })]));
    const creator = await harness.start({ role: 'api' });
    const tasks = await harness.createMany(creator, plan, 10);
    const [claimed, arrive] = [gate(), gate()];
    const ran: string[] = [];
    const stopping = await harness.start({
      concurrency: 1,
      wrap: (store) =>
        interposed(store, {
          claim: async (request, claim) => {
            const steps = await claim(request);
            claimed.open();
            await arrive.opened;
            return steps;
          },
        }),
      handlers: {
        work: (own) => {
          ran.push(own.task.id);
          return untilAborted(own);
        },
      },
    });
    await claimed.opened;
    const drained = stopping.engine.drain(50);
    arrive.open();
    await drained;
    expect(ran).toHaveLength(1);
    await harness.start({ handlers: { work: async () => null } });
    await harness.allFinished(tasks);
    const counted = await harness.rows.query<{ attempts: number }>(
      'select distinct attempt - granted as attempts from tasker.steps',
    );
    expect(counted).toEqual([{ attempts: 1 }]);
  });

  it('does not sign off while a claim has no answer, so that others find what that took', async () => {
    const plan = await harness.template(template('unanswered', [step('only')]));
    const creator = await harness.start({ role: 'api' });
    const tasks = await harness.createMany(creator, plan, 3);
    const claimed = gate();
    const stopping = await harness.start({
      leaseMs: 600,
      wrap: (store) =>
        interposed(store, {
          claim: async (request, claim) => {
            await claim(request);
            claimed.open();
            return new Promise(() => undefined);
          },
        }),
    });
    await claimed.opened;
    await stopping.engine.drain(0);
    expect(await harness.rows.count('workers')).toBe(1);
    await harness.start();
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
  });

  it('still creates tasks, for others to run', async () => {
    const plan = await harness.template(template('orphan', [step('only')]));
    const stopping = await harness.start();
    await stopping.engine.drain(0);
    const taskId = await harness.create(stopping, plan);
    expect(await harness.rows.taskState(taskId)).toBe('pending');
    await harness.start();
    expect(await harness.finished(taskId)).toBe('complete');
  });
});
