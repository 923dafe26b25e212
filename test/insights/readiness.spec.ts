import { PermanentError, RetryableError } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import type { EngineProcess } from '../support/engine-process';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { readSide, type ReadSide } from './support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

const diamond = (name: string, handlers: Partial<Record<'a' | 'b' | 'c' | 'd', string>> = {}) =>
  template(name, [
    step('a', [], { handler: handlers.a ?? 'noop' }),
    step('b', ['a'], { handler: handlers.b ?? 'noop' }),
    step('c', ['a'], { handler: handlers.c ?? 'noop' }),
    step('d', ['b', 'c'], { handler: handlers.d ?? 'noop' }),
  ]);

/** Reason and name of every step. */
const reasons = async (taskId: string) =>
  Object.fromEntries((await read.steps.readiness(taskId)).map(({ step: name, reason }) => [name, reason]));

describe('why a step does not run', () => {
  it('is in the queue, behind those of its lane, and no worker has its handler', async () => {
    const plan = await harness.template(diamond('no-worker', { a: 'nobody' }));
    const worker = await harness.start();
    const [first, second] = [await harness.create(worker, plan), await harness.create(worker, plan)];
    expect(await reasons(first)).toEqual({
      a: { code: 'no_live_worker', handler: 'nobody', queue: 'default' },
      b: { code: 'waits_for_parents', parents: ['a'] },
      c: { code: 'waits_for_parents', parents: ['a'] },
      d: { code: 'waits_for_parents', parents: ['b', 'c'] },
    });
    const [root] = await read.steps.readiness(second);
    expect(root).toMatchObject({ state: 'ready', ready: true, attempt: 0, why: expect.stringContaining('"nobody"') });
    expect(await read.steps.executionContext(second)).toMatchObject({
      ...{ readySteps: 1, unservedSteps: 1, pendingSteps: 3 },
      ...{ executionStatus: 'no_live_worker', recommendedAction: 'start_worker', healthStatus: 'healthy' },
    });
    await expireTasks([first, second]);
  });

  it('says how many are before it, by priority', async () => {
    const plan = await harness.template(template('queued', [step('only', [], { handler: 'hold' })]));
    const blocker = gate();
    const worker = await harness.start({ concurrency: 1, handlers: { hold: () => blocker.opened } });
    const running = await harness.create(worker, plan);
    await harness.event('step.execution_requested', (event) => event.taskId === running);
    const last = await harness.create(worker, plan);
    const created = await harness.createMany(worker, plan, 3);
    const urgent = await harness.create(worker, plan, { priority: 5 });
    expect(await reasons(running)).toEqual({
      only: expect.objectContaining({ code: 'running', worker: 'test', since: expect.any(Date) }),
    });
    const ahead = async (id: string) => (await reasons(id))['only'];
    const of = async (id: string) => {
      const reason = await ahead(id);
      return reason?.code === 'queued' ? reason.ahead : reason;
    };
    // A worker with one place may have claimed one more ahead: what counts is the order among those that wait.
    const places = await Promise.all([urgent, last, ...created.map(({ taskId }) => taskId)].map(of));
    const waiting = places.filter((place): place is number => typeof place === 'number');
    expect([...waiting].sort((x, y) => x - y)).toEqual(waiting);
    expect(waiting.length).toBeGreaterThanOrEqual(3);
    blocker.open();
    await harness.allFinished([...created, { taskId: last }, { taskId: urgent }].map(asCreated));
  });

  it('waits for its backoff, and the task for that', async () => {
    const plan = await harness.template(diamond('backing-off', { b: 'later' }));
    const worker = await harness.start({
      handlers: { later: () => Promise.reject(new RetryableError('busy', { retryAfterMs: 60_000 })) },
    });
    const taskId = await harness.create(worker, plan);
    await harness.event('step.retry_requested', (event) => event.taskId === taskId);
    await harness.event('step.completed', (event) => event.taskId === taskId && event.step === 'c');
    const { b, d } = await reasons(taskId);
    expect(b).toEqual({ code: 'backing_off', until: expect.any(Date) });
    expect(b?.code === 'backing_off' && b.until.getTime() - Date.now()).toBeGreaterThan(30_000);
    expect(d).toEqual({ code: 'waits_for_parents', parents: ['b'] });
    const [, backing] = await read.steps.readiness(taskId);
    expect(backing).toMatchObject({ attempt: 1, retryLimit: 3, attemptsLeft: 2, lastFailedAt: expect.any(Date) });
    expect(backing?.why).toMatch(/the next one is due in (1|59|60) (min|s)/);
    expect(await read.steps.executionContext(taskId)).toMatchObject({
      ...{ executionStatus: 'waiting_for_retry', recommendedAction: 'wait_for_retry', healthStatus: 'recovering' },
      ...{ waitingForRetrySteps: 1, completedSteps: 2, completionPercentage: 50 },
    });
    await expireTasks([taskId]);
  });

  it('is blocked by the step that failed, by name, and the task ends in error', async () => {
    const plan = await harness.template(diamond('blocked', { b: 'bad' }));
    const worker = await harness.start({ handlers: { bad: () => Promise.reject(new PermanentError('no')) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await reasons(taskId)).toEqual({
      ...{ a: { code: 'finished' }, b: { code: 'finished' }, c: { code: 'finished' } },
      d: { code: 'blocked', by: ['b'] },
    });
    expect(await read.steps.executionContext(taskId)).toMatchObject({
      ...{ state: 'error', failedSteps: 1, blockedSteps: 1, completedSteps: 2 },
      ...{ executionStatus: 'blocked_by_failures', recommendedAction: 'handle_failures', healthStatus: 'blocked' },
    });
  });

  it('is healthy and complete at the end', async () => {
    const plan = await harness.template(diamond('complete'));
    const worker = await harness.start();
    const taskId = await harness.run(worker, plan);
    expect(await read.steps.executionContext(taskId)).toMatchObject({
      ...{ totalSteps: 4, completedSteps: 4, completionPercentage: 100, taskId },
      ...{ executionStatus: 'all_complete', recommendedAction: 'none', healthStatus: 'healthy' },
    });
  });

  it.each(['999999999', 'x', '-1'])('says that there is no task %s', async (id) => {
    await expect(read.steps.readiness(id)).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
    await expect(read.steps.executionContext(id)).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
    await expect(read.steps.criticalPath(id)).rejects.toMatchObject({ code: 'TSK_TASK_NOT_FOUND' });
  });
});

const asCreated = ({ taskId }: { taskId: string }) =>
  ({ taskId }) as Awaited<ReturnType<EngineProcess['engine']['create']>>;

/** Takes tasks that would never end out of the tables, so that the audit after the test is about the others. */
async function expireTasks(ids: readonly string[]): Promise<void> {
  for (const [table, key] of [
    ['queue', 'task_id'],
    ['delayed_steps', 'task_id'],
    ['steps', 'task_id'],
    ['step_history', 'task_id'],
    ['tasks', 'id'],
  ]) {
    await harness.rows.query(`delete from tasker.${table} where ${key} = any($1)`, [ids]);
  }
}
