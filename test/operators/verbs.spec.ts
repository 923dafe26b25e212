import {
  PermanentError,
  type HandlerInvoker,
  type OperatorAct,
  type OperatorCommand,
  type OperatorReceipt,
} from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, fan, step, template } from '../support/engine-templates';
import { gate, type Gate } from '../support/gate';

const harness = engineHarness();
const BY: OperatorAct = { actor: 'ann', reason: 'because' };

const act = async (taskId: string, command: OperatorCommand, by = BY): Promise<OperatorReceipt> =>
  (await harness.operators.act(taskId, command, by)).receipt;

/** Fails until told otherwise. */
function mendable(): { handler: HandlerInvoker; mend: () => void } {
  let broken = true;
  const handler: HandlerInvoker = () =>
    broken ? Promise.reject(new PermanentError('broken')) : Promise.resolve('mended');
  return { handler, mend: () => void (broken = false) };
}

/** A handler that says when it runs and ends when it is let go, or with its signal. */
function held(): { handler: HandlerInvoker; started: Gate; go: Gate; aborted: Promise<unknown> } {
  const [started, go] = [gate(), gate()];
  let tell: (reason: unknown) => void = () => undefined;
  const aborted = new Promise<unknown>((resolve) => (tell = resolve));
  const handler: HandlerInvoker = async (context) => {
    context.signal.addEventListener('abort', () => tell(context.signal.reason), { once: true });
    started.open();
    await Promise.race([go.opened, new Promise((resolve) => context.signal.addEventListener('abort', resolve))]);
    return 'done';
  };
  return { handler, started, go, aborted };
}

describe('retry', () => {
  it('runs the failed step again with a fresh budget, frees what was blocked, and reopens the task', async () => {
    const plan = await harness.template(
      template('mend', [step('a'), step('b', ['a'], { handler: 'b' }), step('c', ['b']), step('d', ['c', 'a'])]),
    );
    const { handler, mend } = mendable();
    const worker = await harness.start({ handlers: { b: handler } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    mend();
    const receipt = await act(taskId, { verb: 'retry' });
    expect(receipt).toMatchObject({ changed: true, state: 'in_progress', lockVersion: 1 });
    expect(receipt.steps).toEqual([{ step: 'b', from: 'error', to: 'ready' }]);
    await harness.event('task.completed', (event) => event.taskId === taskId);
    expect(await harness.rows.stepStates(taskId)).toEqual({
      0: 'complete',
      1: 'complete',
      2: 'complete',
      3: 'complete',
    });
    expect((await harness.rows.steps(taskId)).map(({ attempt }) => attempt)).toEqual([1, 2, 1, 1]);
    expect(await harness.rows.count('operated_tasks')).toBe(0);
  });

  it('gives as many attempts as the first time', async () => {
    const plan = await harness.template(template('budget', [step('a', [], { handler: 'bad', retryLimit: 2 })]));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new Error('no')) } });
    const taskId = await harness.run(worker, plan);
    harness.seen.splice(0);
    await act(taskId, { verb: 'retry' });
    await harness.finished(taskId);
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ state: 'error', attempt: 4 });
    expect((await act(taskId, { verb: 'retry_step', step: 'a' })).steps[0]?.to).toBe('ready');
    harness.seen.splice(0);
    await harness.finished(taskId);
    expect((await harness.rows.steps(taskId))[0]).toMatchObject({ attempt: 6 });
  });
});

describe('rerun', () => {
  it('runs a step and all after it again, with other inputs for the step, and keeps what came before', async () => {
    const plan = await harness.template(
      template('again', [
        step('a', [], { handler: 'count' }),
        step('b', ['a'], { handler: 'see' }),
        step('c', ['b'], { handler: 'count' }),
        step('d', ['a'], { handler: 'count' }),
      ]),
    );
    const runs: string[] = [];
    const worker = await harness.start({
      handlers: {
        count: async (context) => runs.push(context.name),
        see: async (context) => ({ saw: context.task.context }),
      },
    });
    const taskId = await harness.run(worker, plan, { contextOf: { city: 'Bonn', zip: 1 } });
    harness.seen.splice(0);
    const receipt = await act(taskId, { verb: 'rerun', step: 'b', inputs: { city: 'Köln' } });
    expect(receipt.steps).toEqual([
      { step: 'b', from: 'complete', to: 'ready' },
      { step: 'c', from: 'complete', to: 'pending' },
    ]);
    expect(await harness.finished(taskId)).toBe('complete');
    expect(runs.sort()).toEqual(['a', 'c', 'c', 'd']);
    expect((await harness.rows.steps(taskId))[1]?.result).toEqual({ saw: { city: 'Köln', zip: 1 } });
  });

  it('is refused while a parent is not done, and says what to do', async () => {
    const plan = await harness.template(template('order', chain(3, { handler: 'bad' })));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new PermanentError('no')) } });
    const taskId = await harness.run(worker, plan);
    await act(taskId, { verb: 'cancel_step', step: 's1' });
    await expect(act(taskId, { verb: 'rerun', step: 's1' })).rejects.toMatchObject({
      code: 'TSK_STATE_REFUSED',
      hint: 'It needs s0, which is not done: rerun from there.',
    });
  });
});

describe('resolve and skip', () => {
  it('gives dependents the result an operator wrote', async () => {
    const plan = await harness.template(
      template('byhand', [step('a', [], { handler: 'bad' }), step('b', ['a'], { handler: 'read' })]),
    );
    const worker = await harness.start({
      handlers: { bad: () => Promise.reject(new PermanentError('no')), read: async (context) => context.parents['a'] },
    });
    const taskId = await harness.run(worker, plan);
    harness.seen.splice(0);
    const receipt = await act(taskId, { verb: 'resolve_step', step: 'a', result: { paid: true } });
    expect(receipt.steps).toEqual([
      { step: 'a', from: 'error', to: 'resolved_manually' },
      { step: 'b', from: 'pending', to: 'ready' },
    ]);
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId))[1]?.result).toEqual({ paid: true });
  });

  it('skips what the template allows, or with force, also before its parents have run, and the task ends when all is done', async () => {
    const plan = await harness.template(
      template('skip', [
        step('a', [], { handler: 'held' }),
        step('b', ['a'], { skippable: true }),
        step('c', ['b']),
        step('x'),
      ]),
    );
    const { handler, started, go } = held();
    const worker = await harness.start({ handlers: { held: handler } });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    await act(taskId, { verb: 'skip_step', step: 'b' });
    await expect(act(taskId, { verb: 'skip_step', step: 'a' })).rejects.toMatchObject({ code: 'TSK_STATE_REFUSED' });
    await harness.event('step.completed', (event) => event.taskId === taskId && event.step === 'c');
    expect(await harness.rows.taskState(taskId)).toBe('in_progress');
    go.open();
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('ends a task whose last open step is resolved, without any worker', async () => {
    const plan = await harness.template(template('alone', [step('a')]));
    const process = await harness.start({ role: 'api' });
    const taskId = await harness.create(process, plan);
    expect(await act(taskId, { verb: 'resolve_step', step: 'a', result: 1 })).toMatchObject({ state: 'complete' });
    expect(await act(taskId, { verb: 'resolve_step', step: 'a' })).toMatchObject({ changed: false });
    await expect(act(taskId, { verb: 'cancel' })).rejects.toMatchObject({ code: 'TSK_STATE_REFUSED', data: { legal: ['edit'] } });
  });
});

describe('cancel', () => {
  it('ends the task and every step, and aborts the handler that runs in another process within a second', async () => {
    const plan = await harness.template(template('stop', [step('a', [], { handler: 'held' }), step('b', ['a'])]));
    const { handler, started, aborted } = held();
    const worker = await harness.start({ handlers: { held: handler } });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    const receipt = await act(taskId, { verb: 'cancel' });
    expect(receipt).toMatchObject({ state: 'cancelled', aborted: ['a'] });
    await expect(aborted).resolves.toMatchObject({
      code: 'TSK_STEP_STOPPED',
      data: { actor: 'ann', reason: 'because' },
    });
    await harness.event('step.aborted', (event) => event.taskId === taskId);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'cancelled', 1: 'cancelled' });
    expect(await act(taskId, { verb: 'cancel' })).toMatchObject({ changed: false, state: 'cancelled', lockVersion: 1 });
  });

  it('aborts also when the announcement is lost', async () => {
    const plan = await harness.template(template('quiet', [step('a', [], { handler: 'held' })]));
    const { handler, started, aborted } = held();
    const worker = await harness.start({ handlers: { held: handler }, pooler: 'transaction' });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    await act(taskId, { verb: 'cancel' });
    await expect(aborted).resolves.toMatchObject({ code: 'TSK_STEP_STOPPED' });
  });

  it('lets running handlers finish when asked to, and nothing after them starts', async () => {
    const plan = await harness.template(
      template('finish', [step('a', [], { handler: 'held' }), step('b', ['a']), step('f', [], { handler: 'fail' })]),
    );
    const { handler, started, go } = held();
    const failing = held();
    const worker = await harness.start({
      handlers: {
        held: handler,
        fail: async (context) => {
          await failing.handler(context);
          throw new Error('try me again');
        },
      },
    });
    const taskId = await harness.create(worker, plan);
    await Promise.all([started.opened, failing.started.opened]);
    expect(await act(taskId, { verb: 'cancel', running: 'finish' })).toMatchObject({ state: 'cancelled', aborted: [] });
    go.open();
    failing.go.open();
    await harness.event('step.completed', (event) => event.taskId === taskId);
    await harness.event('step.retry_requested', (event) => event.taskId === taskId);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'complete', 1: 'cancelled', 2: 'cancelled' });
    expect(await harness.rows.count('operated_tasks')).toBe(0);
  });

  it('of one step blocks its dependents only, and the task ends in error when the rest is done', async () => {
    const plan = await harness.template(template('part', fan(3, { handler: 'held' })));
    const { handler, started, go } = held();
    const worker = await harness.start({ handlers: { held: handler } });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    await act(taskId, { verb: 'cancel_step', step: 'middle1' });
    go.open();
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.stepStates(taskId)).toEqual({
      ...{ 0: 'complete', 1: 'complete', 2: 'cancelled', 3: 'complete', 4: 'pending' },
    });
  });
});

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
