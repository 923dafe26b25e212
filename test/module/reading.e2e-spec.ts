import { PermanentError, StepHandler, TaskerService, type StepContext } from '@tasker/nestjs';
import { gate } from '../support/gate';
import { from, oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('count')
class Count {
  process({ parents }: StepContext): number {
    return Object.values(parents).reduce<number>((sum, value) => sum + Number(value), 1);
  }
}

@StepHandler('refuse')
class Refuse {
  process(): never {
    throw new PermanentError('the card was refused', { code: 'CARD_REFUSED', context: { card: '4242' } });
  }
}

const order = {
  ...{ name: 'order', version: '1.0.0' },
  steps: [
    { name: 'a', handler: 'count' },
    { name: 'b', handler: 'count', dependsOn: 'a' },
    { name: 'c', handler: 'count', dependsOn: 'a' },
    { name: 'd', handler: 'count', dependsOn: ['b', 'c'] },
  ],
};
const failing = {
  ...{ name: 'failing', version: '1.0.0' },
  steps: [
    { name: 'pay', handler: 'refuse' },
    { name: 'ship', handler: 'count', dependsOn: 'pay' },
  ],
};
const parts = { providers: [Count, Refuse], options: { templates: [order, failing, oneStep('count')] } };

describe('reading tasks', () => {
  it('shows the task with every step, its state, result and parents', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    const { taskId } = await tasker.create({ name: 'order' });
    const task = await tasker.waitFor(taskId, { timeoutMs: 10_000 });
    expect(task).toMatchObject({
      id: taskId,
      state: 'complete',
      startedAt: expect.any(Date),
      finishedAt: expect.any(Date),
    });
    expect(
      task.steps.map(({ name, state, attempt, parents, result }) => ({ name, state, attempt, parents, result })),
    ).toEqual([
      { name: 'a', state: 'complete', attempt: 1, parents: [], result: 1 },
      { name: 'b', state: 'complete', attempt: 1, parents: ['a'], result: 2 },
      { name: 'c', state: 'complete', attempt: 1, parents: ['a'], result: 2 },
      { name: 'd', state: 'complete', attempt: 1, parents: ['b', 'c'], result: 5 },
    ]);
  });

  it('tells how far many tasks are in one call, and in lists that ask for it', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    const { taskId: done } = await tasker.create({ name: 'order' });
    const { taskId: failed } = await tasker.create({ name: 'failing' });
    for (const id of [done, failed]) await tasker.waitFor(id, { timeoutMs: 10_000 });
    const whole = { total: 4, completed: 4, failed: 0, running: 0, pending: 0, percent: 100 };
    const broken = { total: 2, completed: 0, failed: 1, running: 0, pending: 1, percent: 0 };
    expect(await tasker.progress([failed, '999999999', done, failed])).toEqual([
      { taskId: failed, namespace: 'default', state: 'error', hold: false, steps: broken },
      { taskId: done, namespace: 'default', state: 'complete', hold: false, steps: whole },
    ]);
    const listed = await tasker.list({ ids: [done, failed], withProgress: true });
    expect(new Map(listed.tasks.map(({ id, progress }) => [id, progress]))).toEqual(
      new Map([
        [failed, broken],
        [done, whole],
      ]),
    );
    expect((await tasker.list({ ids: [done] })).tasks[0]).not.toHaveProperty('progress');
    const ids = Array.from({ length: 501 }, (_, index) => String(index + 1));
    await expect(tasker.progress(ids)).rejects.toMatchObject({ code: 'TSK_REQUEST_INVALID' });
    await expect(tasker.progress(ids.slice(1))).resolves.toBeDefined();
    await expect(tasker.progress(['x'])).rejects.toMatchObject({ details: [{ path: 'ids[0]' }] });
  });

  it('shows how a step failed and what it blocks', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    const { taskId } = await tasker.create({ name: 'failing' });
    const task = await tasker.waitFor(taskId, { timeoutMs: 10_000 });
    expect(task).toMatchObject({
      state: 'error',
      steps: [
        {
          ...{ name: 'pay', state: 'error', attempt: 1, blocked: false },
          error: {
            kind: 'permanent',
            message: 'the card was refused',
            code: 'CARD_REFUSED',
            context: { card: '4242' },
          },
        },
        { name: 'ship', state: 'pending', attempt: 0, blocked: true, error: null },
      ],
    });
  });

  it('tells every change of state, in order', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    const { taskId } = await tasker.create({ name: 'count', initiator: 'ada', reason: 'test' });
    await tasker.waitFor(taskId, { timeoutMs: 10_000 });
    const { task, steps } = await tasker.history(taskId);
    const moves = (list: readonly { from: string | null; to: string }[]) => list.map((one) => [one.from, one.to]);
    expect(moves(task)).toEqual([
      [null, 'pending'],
      ['pending', 'in_progress'],
      ['in_progress', 'complete'],
    ]);
    expect(moves(steps)).toEqual([
      [null, 'ready'],
      ['ready', 'in_progress'],
      ['in_progress', 'complete'],
    ]);
    expect(task[0]).toMatchObject({ actor: 'ada', reason: 'test', at: expect.any(Date) });
    expect(steps[2]).toMatchObject({ step: 'only', attempt: 1, workerId: expect.any(Number), error: null });
  });

  it.each(['7', '0', 'abc', '99999999999999999999', "1'; drop table tasks"])('knows no task %p', async (id) => {
    const tasker = from(await apps.boot({ options: { role: 'api' } }), TaskerService);
    await expect(tasker.find(id)).resolves.toBeNull();
    await expect(tasker.get(id)).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND', data: { taskId: id } });
    await expect(tasker.history(id)).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
    await expect(tasker.waitFor(id)).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
  });

  it('lists tasks newest first, page by page, none twice', async () => {
    const tasker = from(await apps.boot({ ...parts, options: { ...parts.options, role: 'api' } }), TaskerService);
    const created = await tasker.createMany(Array.from({ length: 7 }, () => ({ name: 'count' })));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await tasker.list({ limit: 3, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.tasks.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(created.map(({ taskId }) => taskId).reverse());
  });

  it('filters lists by state, namespace and name', async () => {
    const tasker = from(await apps.boot(parts), TaskerService);
    const ids = await tasker.createMany([{ name: 'count' }, { name: 'failing' }, { name: 'order' }]);
    for (const { taskId } of ids) await tasker.waitFor(taskId, { timeoutMs: 10_000 });
    const names = async (query: Parameters<typeof tasker.list>[0]): Promise<string[]> =>
      (await tasker.list(query)).tasks.map(({ name }) => name);
    await expect(names({ state: 'complete' })).resolves.toEqual(['order', 'count']);
    await expect(names({ state: 'error' })).resolves.toEqual(['failing']);
    await expect(names({ name: 'order' })).resolves.toEqual(['order']);
    await expect(names({ namespace: 'other' })).resolves.toEqual([]);
    await expect(tasker.list({ limit: 0 })).rejects.toMatchObject({ code: 'TSK_REQUEST_INVALID' });
  });
});

describe('waitFor', () => {
  it('gives up after its time, or by the signal, and the task goes on', async () => {
    const held = gate();
    @StepHandler('held')
    class Held {
      async process(): Promise<void> {
        await held.opened;
      }
    }
    const tasker = from(
      await apps.boot({ providers: [Held], options: { templates: [oneStep('held')] } }),
      TaskerService,
    );
    const { taskId } = await tasker.create({ name: 'held' });
    await expect(tasker.waitFor(taskId, { timeoutMs: 5 })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(tasker.waitFor(taskId, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    const waiting = tasker.waitFor(taskId, { timeoutMs: 10_000 });
    held.open();
    await expect(waiting).resolves.toMatchObject({ state: 'complete' });
  });

  it('sees the end of a task that another process runs', async () => {
    const url = await apps.database();
    const templates = parts.options.templates;
    const api = from(await apps.boot({ options: { role: 'api', templates } }, url), TaskerService);
    await apps.boot({ ...parts, options: { role: 'worker', templates } }, url);
    const { taskId } = await api.create({ name: 'order' });
    await expect(api.waitFor(taskId, { timeoutMs: 10_000 })).resolves.toMatchObject({ state: 'complete' });
  });
});
