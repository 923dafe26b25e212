import { PermanentError, StoreUnavailableError, type EngineStore, type StepContext } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { EngineProcess } from '../support/engine-process';
import { chain, step, template } from '../support/engine-templates';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

/** Names of a task's events with how often each came. */
const tally = (taskId: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of harness.eventNames(taskId)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe('events', () => {
  it('tell every transition of a task exactly once', async () => {
    const plan = await harness.template(
      template('told', [
        step('root'),
        step('flaky', ['root'], { handler: 'flaky' }),
        step('other', ['root']),
        step('join', ['flaky', 'other']),
        step('skipped', ['join'], { skippable: true }),
      ]),
    );
    const worker = await harness.start({
      handlers: { flaky: ({ attempt }) => (attempt < 3 ? Promise.reject(new Error('x')) : Promise.resolve(1)) },
    });
    const taskId = await harness.run(worker, plan, { bypass: [4] });
    const { 'step.ready': ready, ...rest } = tally(taskId);
    expect(rest).toEqual({
      'task.initialize_requested': 1,
      'task.start_requested': 1,
      'step.execution_requested': 7,
      'step.failed': 2,
      'step.retry_requested': 2,
      'step.completed': 4,
      'step.skipped': 1,
      'task.completed': 1,
    });
    // A retry waits in the queue, any other step only when its worker does not take it at once.
    expect(ready).toBeGreaterThanOrEqual(2);
    expect(ready).toBeLessThanOrEqual(7);
  });

  it('tell the start of a task that waited in the queue', async () => {
    const plan = await harness.template(template('queued', chain(2)));
    const creator = await harness.start({ role: 'api' });
    const taskId = await harness.create(creator, plan);
    await harness.start();
    await harness.finished(taskId);
    expect(tally(taskId)).toEqual({
      'task.initialize_requested': 1,
      'step.ready': 1,
      'task.start_requested': 1,
      'step.execution_requested': 2,
      'step.completed': 2,
      'task.completed': 1,
    });
  });

  it('tell every attempt that failed, and which was the last', async () => {
    const plan = await harness.template(template('twice', [step('bad', [], { handler: 'bad', retryLimit: 2 })]));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new Error('again')) } });
    const told: [string, number, boolean?][] = [];
    worker.events.on('step.failed', ({ attempt, final }) => void told.push(['failed', attempt, final]));
    worker.events.on('step.retry_requested', ({ attempt }) => void told.push(['retry', attempt]));
    await harness.run(worker, plan);
    expect(told).toEqual([
      ['failed', 1, false],
      ['retry', 1],
      ['failed', 2, true],
    ]);
  });

  it('tell a failure with its error and how long the attempt took', async () => {
    const plan = await harness.template(template('failing', [step('bad', [], { handler: 'bad' })]));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new PermanentError('gone')) } });
    const taskId = await harness.run(worker, plan, { correlationId: 'c-9' });
    const { event } = await harness.event('step.failed');
    expect(event).toMatchObject({
      ...{ taskId, step: 'bad', attempt: 1, task: 'failing', version: '1.0.0', correlationId: 'c-9' },
      workerId: worker.engine.workerId,
      error: { kind: 'permanent', message: 'gone' },
      final: true,
    });
    expect(event.durationMs).toBeGreaterThanOrEqual(0);
    expect(harness.eventNames(taskId).at(-1)).toBe('task.failed');
  });

  it('tell the end of a task with how long it took, how its steps went, and what failed last', async () => {
    const plan = await harness.template(
      template('ends', [
        step('good'),
        step('bad', ['good'], { handler: 'bad', skippable: true, retryLimit: 2 }),
        step('after', ['bad']),
      ]),
    );
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new Error('gone')) } });
    const failed = await harness.run(worker, plan);
    expect((await harness.event('task.failed', ({ taskId }) => taskId === failed)).event).toMatchObject({
      durationMs: expect.any(Number),
      steps: { total: 3, completed: 1, failed: 1, pending: 1 },
      failure: { step: 'bad', attempt: 2, error: { message: 'gone' } },
    });
    const done = await harness.run(worker, plan, { bypass: [1] });
    const { event } = await harness.event('task.completed', ({ taskId }) => taskId === done);
    expect(event.steps).toEqual({ total: 3, completed: 3, failed: 0, pending: 0 });
    const [row] = await harness.rows.query<{ ms: number }>(
      'select (extract(epoch from finished_at - requested_at) * 1000)::float as ms from tasker.tasks where id = $1',
      [done],
    );
    expect(event.durationMs).toBe(Math.round(row?.ms ?? -1));
  });

  it.each(['with', 'without'])('read nothing for a complete task %s a listener for all there is', async (listening) => {
    const plan = await harness.template(template(`bare-${listening}`, chain(1)));
    let reads = 0;
    const options = {
      wrap: (store: EngineStore) => interposed(store, { taskEndings: (ids, read) => (reads++, read(ids)) }),
    };
    const quiet = new EngineProcess(harness.url, [plan], options);
    const ended = new Promise((resolve) => quiet.events.onEnd('task.completed', resolve));
    const told: object[] = [];
    if (listening === 'with') quiet.events.on('task.completed', (event) => void told.push(event));
    await quiet.engine.start();
    await harness.create(quiet, plan);
    await ended;
    await quiet.stop();
    expect([reads, told.length]).toEqual([0, listening === 'with' ? 1 : 0]);
  });

  it('tell the end of a failed task although its numbers cannot be read', async () => {
    const plan = await harness.template(template('unread', [step('bad', [], { handler: 'bad' })]));
    const away = new StoreUnavailableError(new Error('the server is away'));
    const worker = await harness.start({
      handlers: { bad: () => Promise.reject(new PermanentError('no')) },
      wrap: (store) => interposed(store, { taskEndings: () => Promise.reject(away) }),
    });
    const taskId = await harness.run(worker, plan);
    const { event } = await harness.event('task.failed', (ended) => ended.taskId === taskId);
    expect(event).toMatchObject({ durationMs: null, steps: null, failure: null });
  });

  it('come after the commit: what they tell can be read in the database', async () => {
    const plan = await harness.template(template('after', chain(3)));
    const worker = await harness.start();
    const read: Promise<[string, string | undefined]>[] = [];
    worker.events.on('step.completed', ({ taskId, step: name }) => {
      const position = Number(name.slice(1));
      read.push(harness.rows.stepStates(taskId).then((states) => [name, states[position]]));
    });
    worker.events.on('task.initialize_requested', ({ taskId }) => {
      read.push(harness.rows.taskState(taskId).then((state) => ['created', state]));
    });
    worker.events.on('task.completed', ({ taskId }) => {
      read.push(harness.rows.taskState(taskId).then((state) => ['ended', state]));
    });
    await harness.run(worker, plan);
    const seen = new Map(await Promise.all(read));
    expect([...seen.keys()].sort()).toEqual(['created', 'ended', 's0', 's1', 's2']);
    expect(seen.get('created')).toMatch(/^(pending|in_progress|complete)$/);
    expect(seen.get('ended')).toBe('complete');
    expect(['s0', 's1', 's2'].map((name) => seen.get(name))).toEqual(Array(3).fill('complete'));
  });

  it('reach the other listeners, and the task goes on, when a listener fails', async () => {
    const plan = await harness.template(template('listeners', chain(2)));
    const worker = await harness.start();
    worker.events.on('step.completed', () => {
      throw new Error('thrown');
    });
    worker.events.on('step.completed', () => Promise.reject(new Error('rejected')));
    let reached = 0;
    worker.events.on('step.completed', () => void reached++);
    const taskId = await harness.run(worker, plan);
    expect(await harness.rows.taskState(taskId)).toBe('complete');
    expect(reached).toBe(2);
    expect(worker.listenerErrors.map(String).sort()).toEqual([
      'Error: rejected',
      'Error: rejected',
      'Error: thrown',
      'Error: thrown',
    ]);
  });

  it('of the application carry what the handler gives', async () => {
    const customEvents = [{ name: 'order.seen' }];
    const plan = await harness.template(template('custom', [step('only', [], { handler: 'tell', customEvents })]));
    const tell = async (own: StepContext): Promise<void> => own.publish('order.seen', { order: 5 });
    const worker = await harness.start({ handlers: { tell } });
    const taskId = await harness.run(worker, plan);
    const { event } = await harness.event('custom');
    expect(event).toMatchObject({ taskId, step: 'only', event: 'order.seen', payload: { order: 5 } });
  });

  it('of the application that nobody has declared fail the attempt, but hide no error of its own', async () => {
    const plan = await harness.template(
      template('undeclared', [
        step('works', [], { handler: 'works', retryLimit: 1 }),
        step('fails', [], { handler: 'fails', retryLimit: 1 }),
      ]),
    );
    const fails = async (own: StepContext): Promise<void> => {
      try {
        throw new Error('the card was refused');
      } catch (error) {
        own.publish('charge.failed');
        throw error;
      }
    };
    const worker = await harness.start({ handlers: { works: async (own) => own.publish('order.lost'), fails } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    const failures = [...(await harness.rows.failures(taskId, 0)), ...(await harness.rows.failures(taskId, 1))];
    expect(failures.map(({ message }) => message)).toEqual([
      'Step "works" declares no event "order.lost".',
      'the card was refused',
    ]);
  });
});
