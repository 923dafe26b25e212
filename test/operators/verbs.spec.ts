import { PermanentError, type OperatorAct, type OperatorCommand, type OperatorReceipt } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, fan, step, template } from '../support/engine-templates';
import { held, mendable } from './support/handlers';

const harness = engineHarness();
const BY: OperatorAct = { actor: 'ann', reason: 'because' };

const act = async (taskId: string, command: OperatorCommand, by = BY): Promise<OperatorReceipt> =>
  (await harness.operators.act(taskId, command, by)).receipt;

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

  it('is a new generation of the step and of what came after it; a retry is not', async () => {
    const { handler, mend } = mendable();
    const plan = await harness.template(template('generations', chain(2, { handler: 'b' })));
    const worker = await harness.start({ handlers: { b: handler } });
    const taskId = await harness.create(worker, plan);
    await harness.finished(taskId);
    mend();
    harness.seen.splice(0);
    await act(taskId, { verb: 'retry' });
    await harness.finished(taskId);
    const generations = async (): Promise<unknown> =>
      harness.rows.query(
        'select generation, attempt from tasker.steps where task_id = $1 and position >= 0 order by position',
        [taskId],
      );
    expect(await generations()).toEqual([
      { generation: 0, attempt: 2 },
      { generation: 0, attempt: 1 },
    ]);
    harness.seen.splice(0);
    await act(taskId, { verb: 'rerun', step: 's0' });
    await harness.finished(taskId);
    expect(await generations()).toEqual([
      { generation: 1, attempt: 3 },
      { generation: 1, attempt: 2 },
    ]);
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
    await expect(act(taskId, { verb: 'cancel' })).rejects.toMatchObject({
      code: 'TSK_STATE_REFUSED',
      data: { legal: ['edit'] },
    });
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
