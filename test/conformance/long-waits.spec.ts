import { stagedStore } from './support/staged-store';

const DAY_MS = 86_400_000;
const staged = stagedStore();

/** More milliseconds than an int holds are 24.8 days. */
describe('a wait of months', () => {
  it('does not keep a step in the queue from being claimed, nor those behind it', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    await staged.rows.query(`update tasker.queue set ready_at = now() - interval '60 days'`);
    const old = staged.taskId;
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    const claimed = await staged.claim();
    expect(claimed.map(({ taskId }) => taskId)).toEqual([old, staged.taskId]);
    expect(claimed[0]?.waitedMs).toBeGreaterThanOrEqual(60 * DAY_MS);
    expect(claimed[0]?.waitedMs).toBeLessThan(61 * DAY_MS);
  });

  it('is parked and shown like any other', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    await staged.rows.query(`update tasker.queue set ready_at = now() - interval '60 days'`);
    await staged.rows.query('insert into tasker.operated_tasks (task_id, hold) values ($1, true)', [staged.taskId]);
    expect(await staged.claim()).toEqual([]);
    const [parked] = await staged.rows.query<{ days: number }>(
      `select extract(day from now() - ready_at)::int as days from tasker.parked_steps`,
    );
    expect(parked).toEqual({ days: 60 });
  });

  it('of a task that was paused for a month ends when it is resumed', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    const { taskId } = staged;
    await staged.operators.act(taskId, { verb: 'pause' }, { actor: 'ann' });
    expect(await staged.claim()).toEqual([]);
    await staged.rows.query(`update tasker.parked_steps set ready_at = now() - interval '31 days'`);
    await staged.operators.act(taskId, { verb: 'resume' }, { actor: 'ann' });
    const [claimed] = await staged.claim();
    expect(claimed).toMatchObject({ taskId });
    expect(claimed?.waitedMs).toBeGreaterThanOrEqual(0);
  });

  it('of a delayed step does not keep one that is due from being promoted', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('waiting_for_retry');
    await staged.delay();
    const due = staged.taskId;
    await staged.taskIn('in_progress');
    await staged.stepIn('waiting_for_retry');
    await staged.delay();
    await staged.rows.query(`update tasker.delayed_steps set run_at = now() + interval '400 days' where task_id = $1`, [
      staged.taskId,
    ]);
    const { promoted, nextDueMs } = await staged.store.promoteDelayed(10);
    expect(promoted.map(({ taskId }) => taskId)).toEqual([due]);
    expect(nextDueMs).toBeGreaterThan(399 * DAY_MS);
    expect(nextDueMs).toBeLessThanOrEqual(400 * DAY_MS);
  });

  it.each([400 * DAY_MS, Number.MAX_VALUE])('before the next attempt is kept: %d ms', async (delayMs) => {
    await staged.taskIn('in_progress');
    await staged.stepIn('in_progress');
    const { taskId } = staged;
    const place = { taskId, position: 0, templateId: staged.plan.templateId, lane: staged.plan.steps[0]?.lane ?? 0 };
    const reruns = [{ ...place, rank: 0, delayMs }];
    await staged.settle('waiting_for_retry', { reruns });
    const [row] = await staged.rows.query<{ at: Date }>('select run_at as at from tasker.delayed_steps');
    const days = (Number(row?.at) - Date.now()) / DAY_MS;
    expect(Math.round(days)).toBe(Math.min(delayMs / DAY_MS, 36_500));
  });
});
