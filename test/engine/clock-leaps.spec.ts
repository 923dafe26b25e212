import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { gate } from '../support/gate';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

const LEASE_MS = 1_500;
const OPTIONS = { leaseMs: LEASE_MS, pollMs: 100 };
const held = template('held', [step('only', [], { handler: 'work' }), step('after', ['only'])]);

/** Moves the clock that leases go by, as if somebody had set that of the server. */
const leap = async (by: string): Promise<void> => {
  for (const name of ['lease_clock_v1', 'clock_v1'])
    await harness.rows.query(`create or replace function tasker.${name}() returns timestamptz
      language sql volatile parallel safe return clock_timestamp() + interval '${by}'`);
};
afterEach(() => leap('0'));

/** When every live worker has looked at all leases this often. */
async function looks(often: number): Promise<void> {
  for (let look = 0; look < often; look++) await new Promise((resolve) => setTimeout(resolve, 500));
}

describe('when the clock of the database leaps', () => {
  it.each(['1 hour', '-1 hour', '-4 seconds'])('by %s, no attempt is spent and nobody is declared lost', async (by) => {
    const plan = await harness.template(held);
    const [started, go] = [gate(), gate()];
    const work = async (): Promise<void> => {
      started.open();
      await go.opened;
    };
    const workers = [await harness.start({ ...OPTIONS, handlers: { work } }), await harness.start(OPTIONS)];
    const ids = workers.map(({ engine }) => engine.workerId);
    const taskId = await harness.create(workers[0]!, plan);
    await started.opened;
    await looks(2);
    await leap(by);
    // Claims, creations and settlements go on at once, before anybody has renewed.
    for (let n = 0; n < 5; n++) await harness.run(workers[1]!, await harness.template(template('now', [step('a')])));
    await looks(Math.ceil((2 * LEASE_MS) / 500));
    go.open();
    expect(await harness.finished(taskId)).toBe('complete');
    expect((await harness.rows.history(taskId)).map(({ attempt, to }) => [attempt, to])).toEqual([
      [1, 'complete'],
      [1, 'complete'],
    ]);
    expect(workers.map(({ engine }) => engine.workerId)).toEqual(ids);
    expect(harness.seen.filter(({ name }) => name === 'worker.lost')).toEqual([]);
    for (const worker of workers)
      expect(worker.lines('warn').join('\n')).toMatch(/clock of the database leapt by -?\d+ ms/);
  });

  it('back by an hour, a worker that died is noticed within two leases all the same', async () => {
    const plan = await harness.template(held);
    const started = gate();
    let died = false;
    const dead = await harness.start({
      ...OPTIONS,
      wrap: (store) =>
        interposed(store, {
          heartbeat: (beat, renew) =>
            died ? Promise.resolve({ alive: true, rank: 0, workers: 2, others: 1, drain: false }) : renew(beat),
          lostWorkers: () => new Promise(() => undefined),
        }),
      handlers: {
        work: () => {
          died = true;
          started.open();
          return new Promise(() => undefined);
        },
      },
    });
    const taskId = await harness.create(dead, plan);
    await started.opened;
    // Not before: it might have taken the step.
    const live = await harness.start({ ...OPTIONS, handlers: { work: async () => null } });
    const [deadId, liveId] = [dead.engine.workerId, live.engine.workerId];
    await looks(1);
    await leap('-1 hour');
    const since = performance.now();
    expect((await harness.event('worker.lost')).event).toMatchObject({ workerId: deadId, steps: 1 });
    expect(performance.now() - since).toBeLessThan(2 * LEASE_MS + 2_500);
    expect(await harness.finished(taskId)).toBe('complete');
    expect(live.engine.workerId).toBe(liveId);
  });

  it.each(['-4 seconds', '-1 hour'])(
    'by %s, the auditor knows what was recorded in a time that came twice',
    async (by) => {
      const plan = await harness.template(
        template('again', [step('first'), step('flaky', ['first'], { handler: 'flaky' })]),
      );
      const [entered, go] = [gate(), gate()];
      const flaky = async ({ attempt }: { attempt: number }): Promise<void> => {
        if (attempt > 1) return;
        entered.open();
        await go.opened;
        throw new Error('again');
      };
      const worker = await harness.start({ ...OPTIONS, handlers: { flaky } });
      const taskId = await harness.create(worker, plan);
      await entered.opened;
      await looks(2);
      await leap(by);
      await looks(2);
      go.open();
      expect(await harness.finished(taskId)).toBe('complete');
      expect(await harness.rows.findings()).toEqual([]);
      const leaps = await harness.rows.query<{ leap_ms: number }>('select leap_ms from tasker.clock_leaps');
      expect(leaps.length).toBeGreaterThan(0);
      // Without having been told, it would find fault.
      await harness.rows.query('delete from tasker.clock_leaps');
      expect(await harness.rows.findings()).not.toEqual([]);
      await harness.rows.query('truncate tasker.tasks, tasker.steps, tasker.step_history, tasker.task_history');
    },
  );
});
