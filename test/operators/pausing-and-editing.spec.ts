import { PermanentError, type OperatorAct, type OperatorCommand, type OperatorReceipt } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, step, template } from '../support/engine-templates';
import { held } from './support/handlers';

const harness = engineHarness();
const BY: OperatorAct = { actor: 'ann', reason: 'because' };

const act = async (taskId: string, command: OperatorCommand, by = BY): Promise<OperatorReceipt> =>
  (await harness.operators.act(taskId, command, by)).receipt;

describe('pause', () => {
  it('starts nothing more until it is resumed, while what runs finishes', async () => {
    const plan = await harness.template(
      template('hold', [step('a', [], { handler: 'held' }), step('b', ['a']), step('c', ['b'])]),
    );
    const { handler, started, go } = held();
    const worker = await harness.start({ handlers: { held: handler } });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    expect(await act(taskId, { verb: 'pause' })).toMatchObject({ changed: true, hold: true });
    go.open();
    await harness.event('step.completed', (event) => event.taskId === taskId && event.step === 'a');
    const other = await harness.run(worker, plan);
    expect(other).not.toBe(taskId);
    expect(await harness.rows.taskState(taskId)).toBe('in_progress');
    expect(await act(taskId, { verb: 'resume' })).toMatchObject({ hold: false });
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('aborts running handlers without spending their attempt when asked to', async () => {
    const plan = await harness.template(template('holdnow', [step('a', [], { handler: 'held' })]));
    const { handler, started, go, aborted } = held();
    const worker = await harness.start({ handlers: { held: handler } });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    expect(await act(taskId, { verb: 'pause', running: 'abort' })).toMatchObject({ aborted: ['a'], hold: true });
    await aborted;
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ state: 'ready', attempt: 1 });
    go.open();
    await act(taskId, { verb: 'resume' });
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ state: 'complete', attempt: 2 });
  });

  it('holds a task whose first step nobody has taken yet', async () => {
    const plan = await harness.template(template('early', chain(2)));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    await act(taskId, { verb: 'pause' });
    const worker = await harness.start();
    await harness.run(worker, plan);
    expect(await harness.rows.taskState(taskId)).toBe('pending');
    expect(await harness.rows.count('parked_steps')).toBe(1);
    await act(taskId, { verb: 'resume' });
    expect(await harness.finished(taskId)).toBe('complete');
  });
});

describe('a step paused everywhere', () => {
  it('is started nowhere, also as the first step of a task, until it goes on', async () => {
    const plan = await harness.template(template('incident', [step('a'), step('b', ['a']), step('c', ['b'])]));
    const worker = await harness.start();
    const target = { namespace: 'default', name: 'incident', step: 'b' };
    expect(await harness.operators.pauseStep(target, BY)).toMatchObject({ changed: true });
    expect(await harness.operators.pauseStep(target, BY)).toMatchObject({ changed: false });
    await harness.operators.pauseStep({ ...target, step: 'a', version: '1.0.0' }, BY);
    const ids = (await harness.createMany(worker, plan, 5)).map(({ taskId }) => taskId);
    await harness.operators.resumeStep({ ...target, step: 'a', version: '1.0.0' }, BY);
    for (const id of ids) await harness.event('step.completed', (event) => event.taskId === id && event.step === 'a');
    expect(await harness.operators.pausedSteps()).toMatchObject([{ step: 'b', version: null, actor: 'ann' }]);
    const other = await harness.template(template('elsewhere', chain(2)));
    const witness = await harness.start({ knows: [plan, other] });
    await harness.run(witness, other);
    expect(
      harness.seen.filter(
        ({ event }) => 'step' in event && event.step === 'b' && 'attempt' in event && event.attempt > 0,
      ),
    ).toEqual([]);
    await harness.operators.resumeStep(target, BY);
    for (const id of ids) expect(await harness.finished(id)).toBe('complete');
  });

  it('is refused for a step nobody has registered', async () => {
    await expect(
      harness.operators.pauseStep({ namespace: 'default', name: 'nothing', step: 'b' }, BY),
    ).rejects.toMatchObject({ code: 'TSK_TEMPLATE_NOT_FOUND' });
  });
});

describe('the rest', () => {
  it('moves what waits in the queue with its new priority', async () => {
    const plan = await harness.template(template('rank', [step('a', [], { handler: 'note' })]));
    const order: string[] = [];
    const api = await harness.start({ role: 'api' });
    const ids = (await harness.createMany(api, plan, 3)).map(({ taskId }) => taskId);
    await act(ids[2] as string, { verb: 'set_priority', priority: 10 });
    await act(ids[0] as string, { verb: 'set_priority', priority: -10 });
    await harness.start({ concurrency: 1, handlers: { note: async (context) => order.push(context.task.id) } });
    for (const id of ids) await harness.finished(id);
    expect(order).toEqual([ids[2], ids[1], ids[0]]);
  });

  it('gives its new priority also to what follows the steps that workers hold, and to their retries', async () => {
    const plan = await harness.template(
      template('rank-later', [
        step('a', [], { handler: 'held' }),
        step('b', ['a'], { handler: 'nobody' }),
        step('f', [], { handler: 'fail', backoff: { initialMs: 60_000, jitter: 0 } }),
      ]),
    );
    const [one, other] = [held(), held()];
    const worker = await harness.start({
      handlers: {
        held: one.handler,
        fail: async (context) => {
          await other.handler(context);
          throw new Error('later');
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await Promise.all([one.started.opened, other.started.opened]);
    await act(taskId, { verb: 'set_priority', priority: 50 });
    one.go.open();
    other.go.open();
    await harness.event('step.completed', (event) => event.taskId === taskId);
    await harness.event('step.retry_requested', (event) => event.taskId === taskId);
    expect(await harness.rows.query('select position, rank from tasker.queue')).toEqual([{ position: 1, rank: -50 }]);
    expect(await harness.rows.query('select position, rank from tasker.delayed_steps')).toEqual([
      { position: 2, rank: -50 },
    ]);
    await act(taskId, { verb: 'cancel' });
  });

  it('edits tags, reason and inputs, and keeps what was before in the history', async () => {
    const plan = await harness.template(
      template('edit', [step('a'), step('b', ['a'], { handler: 'see' })], {
        contextSchema: { type: 'object', properties: { zip: { type: 'integer' } } },
      }),
    );
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan, { contextOf: { zip: 1, city: 'Bonn' } });
    await act(taskId, { verb: 'edit', tags: ['vip'], taskReason: null });
    await expect(act(taskId, { verb: 'edit_inputs', step: 'b', inputs: { zip: 'x' } })).rejects.toMatchObject({
      code: 'TSK_CONTEXT_INVALID',
    });
    await act(taskId, { verb: 'edit_inputs', step: 'b', inputs: { zip: 2 } });
    await act(taskId, { verb: 'edit_inputs', step: 'b', inputs: { zip: 3 } });
    await harness.start({ handlers: { see: async (context) => context.task.context } });
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId))[1]?.result).toEqual({ zip: 3, city: 'Bonn' });
    const [row] = await harness.rows.query('select tags, reason from tasker.tasks where id = $1', [taskId]);
    expect(row).toEqual({ tags: ['vip'], reason: null });
    const trail = await harness.rows.query(
      `select actor, reason, metadata from tasker.step_history where task_id = $1 and actor is not null order by at`,
      [taskId],
    );
    expect(trail.map(({ metadata }) => metadata as unknown)).toEqual([
      { verb: 'edit_inputs', step: 'b', inputsBefore: null },
      { verb: 'edit_inputs', step: 'b', inputsBefore: { zip: 2 } },
    ]);
  });

  it('refuses what is decided on an old version', async () => {
    const plan = await harness.template(template('version', [step('a')]));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    await act(taskId, { verb: 'pause' }, { actor: 'ann', ifVersion: 0 });
    await expect(act(taskId, { verb: 'cancel' }, { actor: 'ben', ifVersion: 0 })).rejects.toMatchObject({
      code: 'TSK_VERSION_CONFLICT',
      data: { lockVersion: 1 },
    });
    await act(taskId, { verb: 'cancel' });
  });

  it('annotates, and reads annotations back in order', async () => {
    const plan = await harness.template(template('note', [step('a')]));
    const api = await harness.start({ role: 'api' });
    const taskId = await harness.create(api, plan);
    await harness.operators.annotate(taskId, { type: 'ticket', annotation: { id: 7 } }, BY);
    await harness.operators.annotate(taskId, { type: 'ticket', annotation: 'x' }, BY);
    expect(await harness.operators.annotations(taskId)).toMatchObject([
      { type: 'ticket', annotation: { id: 7 }, actor: 'ann' },
      { annotation: 'x' },
    ]);
    await expect(harness.operators.annotate('999', { type: 't', annotation: 1 }, BY)).rejects.toMatchObject({
      code: 'TSK_TASK_NOT_FOUND',
    });
    await act(taskId, { verb: 'cancel' });
  });

  it('lets two racing operators both succeed, or refuses one clearly', async () => {
    const plan = await harness.template(template('race', [step('a', [], { handler: 'bad' })]));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new PermanentError('no')) } });
    const taskId = await harness.run(worker, plan);
    const [retry, resolve] = await Promise.allSettled([
      act(taskId, { verb: 'cancel' }),
      act(taskId, { verb: 'resolve' }),
    ]);
    const lost = [retry, resolve].filter(({ status }) => status === 'rejected');
    expect(lost).toMatchObject([{ reason: { code: 'TSK_STATE_REFUSED' } }]);
  });

  it('drains a worker on request', async () => {
    const plan = await harness.template(template('drain', chain(1)));
    const worker = await harness.start({ leaseMs: 1_500 });
    await harness.operators.drainWorker(worker.engine.workerId as number);
    await expect(harness.operators.drainWorker(999_999)).rejects.toMatchObject({ code: 'TSK_WORKER_NOT_FOUND' });
    for (;;) {
      const rows = await harness.rows.query<{ draining: boolean }>('select draining from tasker.workers');
      if (rows.length === 1 && rows[0]?.draining === true) break;
    }
    const taskId = await harness.create(worker, plan);
    await harness.start();
    expect(await harness.finished(taskId)).toBe('complete');
    expect(harness.seen.filter(({ name, from }) => name === 'step.completed' && from === worker)).toEqual([]);
  });
});
