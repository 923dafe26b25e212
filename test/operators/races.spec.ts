import type { HandlerInvoker } from '@tasker/core';
import { Client } from 'pg';
import { stagedStore } from '../conformance/support/staged-store';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';

/** Each race is one that random operators have won; here it is run in slow motion. */
const BY = { actor: 'ann' };

describe('rows that an operator is changing', () => {
  const staged = stagedStore();
  let other: Client;
  beforeEach(async () => {
    other = new Client({ connectionString: staged.url });
    await other.connect();
  });
  afterEach(() => other.end());

  /** Changes a row in a transaction of its own, and commits when the work has had to wait for it. */
  async function whileChanged<T>(change: string, work: () => Promise<T>): Promise<T> {
    await other.query('begin');
    await other.query(change, [staged.taskId]);
    const working = work();
    await waitedFor();
    await other.query('commit');
    return working;
  }

  /** Somebody waits for a lock on this database. */
  async function waitedFor(): Promise<void> {
    for (let waiting = 0; waiting === 0;) {
      const [row] = await staged.rows.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`,
      );
      waiting = row?.waiting ?? 0;
    }
  }

  const TOUCH_STEP = `update tasker.steps set inputs = '{}' where task_id = $1`;

  it('are claimed all the same', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    expect(await whileChanged(TOUCH_STEP, () => staged.claim())).toHaveLength(1);
    expect(await staged.stateOf()).toBe('in_progress');
  });

  it('are queued when they are due all the same', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('waiting_for_retry');
    await staged.delay();
    const promoted = await whileChanged(TOUCH_STEP, () => staged.store.promoteDelayed(10));
    expect(promoted.promoted).toHaveLength(1);
    expect(await staged.stateOf()).toBe('ready');
  });

  it('are settled all the same', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('in_progress');
    await whileChanged(TOUCH_STEP, () => staged.settle('complete'));
    expect(await staged.stateOf()).toBe('complete');
  });

  it('end with their last step all the same, and the history says so last', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('in_progress');
    const touch = 'update tasker.tasks set lock_version = lock_version + 1 where id = $1';
    await whileChanged(touch, () => staged.settle('complete', { finished: [staged.taskId] }));
    expect(await staged.rows.taskState(staged.taskId)).toBe('complete');
  });

  it.each([
    [
      'after its task was looked up',
      'update tasker.tasks set hold = true, lock_version = lock_version + 1 where id = $1',
    ],
    ['before that', 'select 1 from tasker.steps where task_id = $1 for no key update'],
  ])('end with their last step also when a pause came %s', async (_, change) => {
    await staged.taskIn('in_progress');
    await staged.stepIn('in_progress');
    const pause = `with touched as (insert into tasker.operated_tasks (task_id, hold) values ($1, true)) ${change}`;
    await whileChanged(pause, () => staged.settle('complete', { finished: [staged.taskId] }));
    expect(await staged.rows.taskState(staged.taskId)).toBe('complete');
    const tasks = await staged.rows.query('select hold, finished_at is not null as ended from tasker.tasks');
    expect([tasks, await staged.rows.count('operated_tasks')]).toEqual([[{ hold: false, ended: true }], 0]);
  });

  it('are not parked when they have ended, so that nothing is left of them', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    await staged.operators.act(staged.taskId, { verb: 'pause' }, BY);
    await staged.rows.query(`update tasker.steps set state = tasker.step_cancelled() where task_id = ${staged.taskId}`);
    expect(await staged.claim()).toEqual([]);
    expect([await staged.rows.count('queue'), await staged.rows.count('parked_steps')]).toEqual([0, 0]);
  });

  it('are not parked while an operator ends their task', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    await staged.operators.act(staged.taskId, { verb: 'pause' }, BY);
    const END = `select tasker.operate_lock_v1(array[$1::bigint], true)`;
    await other.query('begin');
    await other.query(END, [staged.taskId]);
    const claiming = staged.claim();
    await waitedFor();
    await other.query(`update tasker.steps set state = tasker.step_cancelled() where task_id = $1`, [staged.taskId]);
    await other.query('commit');
    expect(await claiming).toEqual([]);
    expect(await staged.rows.count('parked_steps')).toBe(0);
  });

  it('are not parked for a pause that ends at that moment', async () => {
    await staged.taskIn('in_progress');
    await staged.stepIn('ready');
    await staged.enqueue(false);
    await staged.operators.act(staged.taskId, { verb: 'pause' }, BY);
    await other.query('begin');
    await other.query('select * from tasker.claim_steps_v1($1, $2, $3, 10, false)', [
      ...[staged.workerId, staged.plan.steps.map(({ lane }) => lane), staged.plan.steps.map(() => '0')],
    ]);
    const resuming = staged.operators.act(staged.taskId, { verb: 'resume' }, BY);
    await waitedFor();
    await other.query('commit');
    await resuming;
    expect([await staged.rows.count('parked_steps'), await staged.rows.count('queue')]).toEqual([0, 1]);
  });

  it('are as they were when the act is refused', async () => {
    await staged.taskIn('in_progress', staged.joinPlan);
    await staged.stepIn('in_progress', 0);
    await expect(staged.operators.act(staged.taskId, { verb: 'rerun', step: 'child' }, BY)).rejects.toMatchObject({
      code: 'TSK_STATE_REFUSED',
    });
    expect(await staged.rows.stepStates(staged.taskId)).toEqual({ 0: 'in_progress' });
    expect(await staged.rows.count('operated_tasks')).toBe(0);
  });
});

describe('a worker that holds several steps of a task', () => {
  const harness = engineHarness();

  it('keeps what one of them was given when an act brings it another', async () => {
    const plan = await harness.template(
      template('held', [step('a'), step('b', ['a'], { handler: 'slow' }), step('c', ['a'], { handler: 'bad' })]),
    );
    const [started, go] = [gate(), gate()];
    const slow: HandlerInvoker = async (context) => {
      started.open();
      await go.opened;
      return context.parents['a'];
    };
    let broken = true;
    const bad: HandlerInvoker = () => (broken ? Promise.reject(new Error('no')) : Promise.resolve('mended'));
    const handlers = { noop: () => Promise.resolve('from a'), slow, bad };
    const worker = await harness.start({ handlers });
    const taskId = await harness.create(worker, plan);
    await Promise.all([
      started.opened,
      harness.event('step.failed', (event) => event.taskId === taskId && event.final),
    ]);
    broken = false;
    await harness.operators.act(taskId, { verb: 'retry_step', step: 'c' }, BY);
    await harness.event('step.completed', (event) => event.taskId === taskId && event.step === 'c');
    go.open();
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.steps(taskId)).map(({ result }) => result)).toEqual(['from a', 'from a', 'mended']);
  });

  it('goes on with the queue behind a task that is paused', async () => {
    const plan = await harness.template(template('behind', [step('a')]));
    const api = await harness.start({ role: 'api' });
    const held = await harness.createMany(api, plan, 40);
    for (const { taskId } of held) await harness.operators.act(taskId, { verb: 'pause' }, BY);
    const free = await harness.createMany(api, plan, 5);
    // Its next poll is far away.
    await harness.start({ concurrency: 1, pollMs: 60_000 });
    expect(await harness.allFinished(free)).toEqual(free.map(() => 'complete'));
    for (const { taskId } of held) await harness.operators.act(taskId, { verb: 'resume' }, BY);
    expect(await harness.allFinished(held)).toEqual(held.map(() => 'complete'));
  });
});
