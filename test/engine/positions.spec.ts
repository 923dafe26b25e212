import { PermanentError, type OperatorCommand, type TaskPlan, type TaskTemplateDefinition } from '@tasker/core';
import { readSide, type ReadSide } from '../insights/support/read-side';
import { held, mendable } from '../operators/support/handlers';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

const first = (name: string) => template(name, [step('a'), step('b', ['a']), step('c', ['b'])]);

/** Without b, with d, told in another order: c is a join now. */
const revised = (name: string, handlers: Partial<Record<'c' | 'd', string>> = {}) =>
  template(name, [
    step('d', ['a'], { handler: handlers.d ?? 'noop', skippable: true }),
    step('c', ['a', 'd'], { handler: handlers.c ?? 'noop' }),
    step('a'),
  ]);

/** With b again and with e, and two ends. */
const second = (name: string) =>
  template(name, [step('e', ['a', 'b']), step('b', ['a']), step('a'), step('d', ['a'])], { version: '2.0.0' });

const positions = ({ steps }: TaskPlan) => Object.fromEntries(steps.map(({ name, position }) => [name, position]));

const registered = async (definition: TaskTemplateDefinition) => positions(await harness.template(definition));

const act = async (taskId: string, command: OperatorCommand) =>
  (await harness.operators.act(taskId, command, { actor: 'ann' })).receipt;

const stepsOf = async (taskId: string) =>
  Object.fromEntries((await read.tasks.find(taskId))?.steps.map(({ name, state }) => [name, state]) ?? []);

describe('positions of steps', () => {
  it('stay with their names over revisions and versions; new steps get new numbers', async () => {
    expect(await registered(first('kept'))).toEqual({ a: 0, b: 1, c: 2 });
    expect(await registered(revised('kept'))).toEqual({ a: 0, c: 2, d: 3 });
    expect(await registered(second('kept'))).toEqual({ a: 0, b: 1, d: 3, e: 4 });
    const third = template('kept', [step('y'), step('c'), step('x')], { version: '0.9.0' });
    expect(await registered(third)).toEqual({ y: 5, c: 2, x: 6 });
    expect(await registered(first('kept'))).toEqual({ a: 0, b: 1, c: 2 });
  });

  it('are counted anew in another template and another namespace', async () => {
    await registered(template('own', [step('other'), step('a')]));
    expect(await registered(template('own-too', [step('a')]))).toEqual({ a: 0 });
    expect(await registered(template('own', [step('a')], { namespace: 'elsewhere' }))).toEqual({ a: 0 });
    expect(await registered(template('own', [step('a')]))).toEqual({ a: 1 });
  });

  it('are the same in a plan that another process loads', async () => {
    await harness.template(first('loaded'));
    for (const plan of [await harness.template(revised('loaded')), await harness.template(second('loaded'))]) {
      const other = await harness.start({ knows: [] });
      expect(await other.store.loadPlan(plan.templateId)).toEqual(plan);
    }
  });

  it('come to an end: a template that has used up the numbers takes no other step', async () => {
    const plan = await harness.template(template('full', [step('a')]));
    await harness.rows.query('update tasker.step_templates set position = 32767 where template_id = $1', [
      plan.templateId,
    ]);
    expect(await registered(template('full', [step('a', [], { retryLimit: 1 })]))).toEqual({ a: 32_767 });
    await expect(registered(template('full', [step('b')]))).rejects.toMatchObject({ code: 'TSK_TEMPLATE_INVALID' });
  });
});

describe('tasks of revisions whose positions have holes', () => {
  it('run to their ends beside each other', async () => {
    const plans: TaskPlan[] = [];
    for (const make of [first, revised, second]) plans.push(await harness.template(make('beside')));
    const worker = await harness.start();
    const stranger = await harness.start({ knows: [] });
    const made = [];
    for (const plan of plans) made.push(await harness.createMany(worker, plan, 5));
    await harness.allFinished(made.flat());
    await stranger.stop();
    for (const [index, plan] of plans.entries()) {
      const all = Object.fromEntries(Object.values(positions(plan)).map((position) => [position, 'complete']));
      for (const { taskId } of made[index] ?? []) expect(await harness.rows.stepStates(taskId)).toEqual(all);
    }
  });

  it('give a dependent the results of its parents, and leave out what a request bypasses', async () => {
    await harness.template(first('results'));
    const plan = await harness.template(revised('results', { c: 'gather', d: 'make' }));
    const worker = await harness.start({
      handlers: { make: async () => 'made', gather: async ({ parents }) => parents },
    });
    const taskId = await harness.run(worker, plan);
    expect((await harness.rows.steps(taskId)).at(1)).toMatchObject({ position: 2, result: { a: null, d: 'made' } });
    const bypassing = await harness.run(worker, plan, { bypass: [3] });
    expect(await stepsOf(bypassing)).toEqual({ a: 'complete', c: 'complete', d: 'skipped' });
  });

  it('fail, are explained and mended by operators', async () => {
    await harness.template(first('mended'));
    const plan = await harness.template(revised('mended', { d: 'd' }));
    const { handler, mend } = mendable();
    const worker = await harness.start({ handlers: { d: handler } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');

    expect((await read.explanations.explain(taskId)).summary).toBe(
      'Ended in error: 1 of 3 steps are satisfied; failed: d.',
    );
    expect((await read.steps.readiness(taskId)).map(({ step: name, reason }) => [name, reason.code])).toEqual([
      ['a', 'finished'],
      ['c', 'blocked'],
      ['d', 'finished'],
    ]);
    expect(await read.steps.blastRadius(taskId, 'd')).toMatchObject({ direct: ['c'] });
    expect(await read.steps.executionContext(taskId)).toMatchObject({ totalSteps: 3, failedSteps: 1, blockedSteps: 1 });

    mend();
    expect((await act(taskId, { verb: 'retry' })).steps).toEqual([{ step: 'd', from: 'error', to: 'ready' }]);
    await harness.event('task.completed', (event) => event.taskId === taskId);
    harness.seen.splice(0);
    expect((await act(taskId, { verb: 'rerun', step: 'd' })).steps).toEqual([
      { step: 'c', from: 'complete', to: 'pending' },
      { step: 'd', from: 'complete', to: 'ready' },
    ]);
    await harness.event('task.completed', (event) => event.taskId === taskId);
    expect((await harness.rows.steps(taskId)).map(({ position, attempt }) => [position, attempt])).toEqual([
      [0, 1],
      [2, 2],
      [3, 3],
    ]);
    expect((await harness.rows.history(taskId)).map(({ position }) => position)).not.toContain(1);
  });

  it('go on past a step that was skipped, with two ends', async () => {
    await harness.template(first('skipped'));
    const plan = await harness.template(revised('skipped', { d: 'bad' }));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new PermanentError('no')) } });
    const taskId = await harness.run(worker, plan);
    await act(taskId, { verb: 'skip_step', step: 'd' });
    await harness.event('task.completed', (event) => event.taskId === taskId);
    expect(await stepsOf(taskId)).toEqual({ a: 'complete', c: 'complete', d: 'skipped' });

    const last = await harness.template(second('skipped'));
    const api = await harness.create(worker, last);
    await harness.finished(api);
    harness.seen.splice(0);
    await act(api, { verb: 'rerun', step: 'b' });
    await harness.event('task.completed', (event) => event.taskId === api);
    expect((await harness.rows.steps(api)).map(({ position, attempt }) => [position, attempt])).toEqual([
      [0, 1],
      [1, 2],
      [3, 1],
      [4, 2],
    ]);
  });

  it('have levels and a critical path', async () => {
    await harness.template(first('levels'));
    const plan = await harness.template(revised('levels'));
    const last = await harness.template(second('levels'));
    const worker = await harness.start();
    const [taskId, ofLast] = [await harness.run(worker, plan), await harness.run(worker, last)];
    const levels = async (id: string) =>
      (await read.steps.levels(id)).map(({ steps }) => steps.map((entry) => entry.step));
    expect(await levels(taskId)).toEqual([['a'], ['d'], ['c']]);
    expect(await levels(ofLast)).toEqual([['a'], ['b', 'd'], ['e']]);
    await harness.rows.query(
      `update tasker.step_history set started_at = at - interval '5 seconds' where task_id = $1 and position = 3`,
      [taskId],
    );
    const path = await read.steps.criticalPath(taskId);
    expect(path.steps.map((entry) => entry.step)).toEqual(['a', 'd', 'c']);
    expect(path.steps[1]).toMatchObject({ state: 'complete', durationMs: expect.closeTo(5_000, 0) });
    expect(await read.steps.parallelism(ofLast)).toMatchObject({ totalSteps: 4, widestLevel: 2 });
  });
});

describe('a task whose only step is not at 0', () => {
  const alone = async (name: string, handler: string) => {
    await harness.template(first(name));
    return harness.template(template(name, [step('c', [], { handler })]));
  };

  it('is in progress while its step runs, and aborted like any other', async () => {
    const plan = await alone('alone', 'hold');
    const { handler, started, aborted } = held();
    const worker = await harness.start({ handlers: { hold: handler }, leaseMs: 1_000 });
    const taskId = await harness.create(worker, plan);
    await started.opened;
    expect(await read.tasks.find(taskId)).toMatchObject({ state: 'in_progress', startedAt: expect.any(Date) });
    expect(await act(taskId, { verb: 'cancel' })).toMatchObject({ state: 'cancelled', aborted: ['c'] });
    await aborted;
    expect(await harness.rows.stepStates(taskId)).toEqual({ 2: 'cancelled' });
  });

  it('has begun when its step began, however often that was tried', async () => {
    const plan = await alone('tried', 'second');
    const worker = await harness.start({
      handlers: { second: ({ attempt }) => (attempt === 1 ? Promise.reject(new Error('no')) : Promise.resolve(null)) },
    });
    const taskId = await harness.run(worker, plan);
    const [row] = await harness.rows.query<{ same: boolean }>(
      `select t.started_at = min(h.started_at) as same
         from tasker.tasks t join tasker.step_history h on h.task_id = t.id where t.id = $1 group by t.started_at`,
      [taskId],
    );
    expect(row).toEqual({ same: true });
  });
});
