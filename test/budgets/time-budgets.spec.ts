import type { HandlerInvoker } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

const harness = engineHarness();
const OPTIONS = { pollMs: 50 };
const act = { actor: 'ann' };

/** Runs until it is told to stop. */
const untilStopped: HandlerInvoker = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const failing: HandlerInvoker = () => Promise.reject(new Error('again'));
const kinds = async (taskId: string, position = 0): Promise<string[]> =>
  (await harness.rows.failures(taskId, position)).map(({ kind }) => kind);
const timers = (): Promise<{ kind: string; position: number }[]> =>
  harness.rows.query('select kind, position from tasker.budget_timers order by kind, position');
/** Waits for nothing but the clock of the database: everything that is armed is due by now. */
const allDue = (): Promise<unknown> =>
  harness.rows.query(`update tasker.budget_timers set due_at = clock_timestamp() - interval '1 millisecond'`);

describe('the time for all attempts', () => {
  it('ends a step that runs, and what its handler comes to is dropped', async () => {
    const plan = await harness.template(
      template('running', [step('slow', [], { handler: 'slow', totalTimeoutMs: 100 }), step('after', ['slow'])]),
    );
    const worker = await harness.start({ ...OPTIONS, handlers: { slow: untilStopped } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await kinds(taskId)).toEqual(['total_timeout']);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'error', 1: 'pending' });
    await harness.event('step.aborted');
    expect(harness.eventNames(taskId).filter((name) => name === 'step.failed')).toHaveLength(1);
  });

  it('ends a step between two attempts', async () => {
    const changes = { handler: 'fail', totalTimeoutMs: 600_000, backoff: { initialMs: 60_000, jitter: 0 } };
    const plan = await harness.template(template('between', [step('only', [], changes)]));
    const worker = await harness.start({ ...OPTIONS, handlers: { fail: failing } });
    const taskId = await harness.create(worker, plan);
    await harness.event('step.retry_requested');
    await allDue();
    expect(await harness.finished(taskId)).toBe('error');
    expect(await kinds(taskId)).toEqual(['error', 'total_timeout']);
    expect(await harness.rows.count('delayed_steps')).toBe(0);
  });

  it('begins for a dependent when that is ready, also behind a join and an operator', async () => {
    const limited = { totalTimeoutMs: 7_200_000 };
    const plan = await harness.template(
      template('armed', [
        step('a', [], limited),
        step('b', ['a'], limited),
        step('c', ['a']),
        step('join', ['b', 'c'], { ...limited, handler: 'hold' }),
      ]),
    );
    const [began, end] = [gate(), gate()];
    const hold: HandlerInvoker = async () => {
      began.open();
      await end.opened;
    };
    const worker = await harness.start({ ...OPTIONS, handlers: { hold } });
    const taskId = await harness.create(worker, plan);
    await began.opened;
    expect(await timers()).toEqual([0, 1, 3].map((position) => ({ kind: 'total', position })));
    await harness.operators.act(taskId, { verb: 'rerun', step: 'a' }, act);
    end.open();
    expect(await harness.finished(taskId)).toBe('complete');
    // More than an hour away: the end of the task took them.
    expect(await timers()).toEqual([]);
  });

  it('is of no use once the step has ended, and leaves the task alone', async () => {
    const plan = await harness.template(
      template('done', [step('quick', [], { totalTimeoutMs: 600_000 }), step('long', ['quick'], { handler: 'hold' })]),
    );
    const end = gate();
    const worker = await harness.start({ ...OPTIONS, handlers: { hold: () => end.opened } });
    const taskId = await harness.create(worker, plan);
    await harness.event('step.execution_requested', ({ step: name }) => name === 'long');
    await allDue();
    await noTimers();
    expect(await harness.rows.count('operated_tasks')).toBe(0);
    end.open();
    expect(await harness.finished(taskId)).toBe('complete');
  });
});

describe('the time until the first attempt', () => {
  const waiting = (name: string, changes: object = {}) =>
    template(name, [step('only', [], { queue: 'nobody', startTimeoutMs: 100, ...changes })]);

  it('ends a step that nobody takes', async () => {
    const plan = await harness.template(waiting('untaken'));
    const worker = await harness.start({ ...OPTIONS, queues: ['default'] });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await kinds(taskId)).toEqual(['start_timeout']);
  });

  it('is over with the first attempt, whatever becomes of that', async () => {
    const plan = await harness.template(
      waiting('taken', { queue: 'default', handler: 'slow', startTimeoutMs: 600_000 }),
    );
    const [began, end] = [gate(), gate()];
    const slow: HandlerInvoker = async ({ attempt }) => {
      if (attempt > 1) return;
      began.open();
      await end.opened;
      throw new Error('again');
    };
    const worker = await harness.start({ ...OPTIONS, handlers: { slow } });
    const taskId = await harness.create(worker, plan);
    await began.opened;
    await allDue();
    await noTimers();
    end.open();
    expect(await harness.finished(taskId)).toBe('complete');
  });

  it('stands still while the task is paused, and goes on with what was left', async () => {
    const plan = await harness.template(waiting('paused', { startTimeoutMs: 600_000 }));
    const worker = await harness.start({ ...OPTIONS, queues: ['default'] });
    const taskId = await harness.create(worker, plan);
    await harness.operators.act(taskId, { verb: 'pause' }, act);
    // As if the pause had begun five minutes ago, five minutes before the end.
    await harness.rows.query(`update tasker.task_history set at = at - interval '5 minutes' where task_id = $1`, [
      taskId,
    ]);
    await harness.rows.query(
      `update tasker.budget_timers set counted_at = counted_at - interval '10 minutes',
              due_at = clock_timestamp() - interval '1 millisecond'`,
    );
    await harness.rows.query('select pg_sleep(0.2)');
    const left = async (): Promise<number> => {
      const [row] = await harness.rows.query<{ s: string }>(
        'select extract(epoch from due_at - clock_timestamp()) as s from tasker.budget_timers',
      );
      return Number(row?.s);
    };
    expect(Math.abs((await left()) - 300)).toBeLessThan(10);
    await harness.operators.act(taskId, { verb: 'resume' }, act);
    expect(Math.abs((await left()) - 300)).toBeLessThan(10);
    expect(await harness.rows.taskState(taskId)).not.toBe('error');
    await allDue();
    expect(await harness.finished(taskId)).toBe('error');
  });
});

describe('the deadline of a task', () => {
  it('ends whatever could still move, of a kind of its own', async () => {
    const plan = await harness.template(
      template(
        'late',
        [step('slow', [], { handler: 'slow' }), step('other', [], { queue: 'nobody' }), step('after', ['slow'])],
        {
          deadlineMs: 150,
        },
      ),
    );
    const worker = await harness.start({ ...OPTIONS, queues: ['default'], handlers: { slow: untilStopped } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect([await kinds(taskId, 0), await kinds(taskId, 1)]).toEqual([['deadline'], ['deadline']]);
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'error', 1: 'error', 2: 'pending' });
  });

  it('acts in a task that is paused', async () => {
    const plan = await harness.template(
      template('held', [step('only', [], { queue: 'nobody' })], { deadlineMs: 600_000 }),
    );
    const worker = await harness.start({ ...OPTIONS, queues: ['default'] });
    const taskId = await harness.create(worker, plan);
    await harness.operators.act(taskId, { verb: 'pause' }, act);
    await allDue();
    expect(await harness.finished(taskId)).toBe('error');
    expect(await kinds(taskId)).toEqual(['deadline']);
  });

  it('comes too late for a task that has ended', async () => {
    const plan = await harness.template(template('ended', [step('only')], { deadlineMs: 600_000 }));
    const worker = await harness.start(OPTIONS);
    const taskId = await harness.run(worker, plan);
    await allDue();
    await noTimers();
    expect(await harness.rows.taskState(taskId)).toBe('complete');
  });
});

/** When every timer has fired. */
async function noTimers(): Promise<void> {
  for (let look = 0; (await timers()).length > 0; look++) {
    if (look > 200) throw new Error('timers are left');
    await harness.rows.query('select pg_sleep(0.05)');
  }
}
