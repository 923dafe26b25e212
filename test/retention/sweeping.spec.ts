import { Client } from 'pg';
import { KEEP_HOUR, DAY, HOUR, retentionWorld } from './retention-world';

const world = retentionWorld();
const { harness } = world;

const progress = async () =>
  (await harness.rows.query<{ scanned_to: string }>('select scanned_to from tasker.retention_progress')).map((row) =>
    Number(row.scanned_to),
  );
const stragglers = () =>
  harness.rows.query<{ task_id: string; due: boolean }>(
    'select task_id, due_at <= now() as due from tasker.retention_stragglers',
  );

describe('a sweep', () => {
  it('goes through many tasks in bounded batches', async () => {
    const plan = await world.good();
    await world.ended(plan, 25, 2 * HOUR);
    expect(await world.sweep(KEEP_HOUR, { batch: 10 })).toMatchObject({ pruned: 25, batches: 3 });
  });

  it('remembers how far it has looked, and looks again only at what had not ended', async () => {
    const plan = await world.good();
    const old = await world.ended(plan, 3, 2 * HOUR);
    const [late] = await world.ended(plan, 1, 2 * HOUR);
    await harness.rows.query("update tasker.tasks set finished_at = now() - interval '59 minutes' where id = $1", [
      late,
    ]);
    const young = await world.ended(plan, 2, 0);
    expect((await world.sweep())?.pruned).toBe(old.length);
    expect(await progress()).toEqual([Number(late)]);
    expect(await stragglers()).toEqual([{ task_id: late, due: false }]);
    // Its time comes.
    await harness.rows.query("update tasker.retention_stragglers set due_at = now() - interval '1 s'");
    await harness.rows.query("update tasker.tasks set finished_at = now() - interval '61 minutes' where id = $1", [
      late,
    ]);
    expect((await world.sweep())?.pruned).toBe(1);
    expect(await world.tasks()).toEqual(young);
    expect(await stragglers()).toEqual([]);
  });

  it('begins anew after a week, so that nothing it passed by stays for ever', async () => {
    const plan = await world.good();
    await world.ended(plan, 1, 2 * HOUR);
    await world.sweep();
    // A task that was not visible yet when its place was passed.
    await harness.rows.query('update tasker.retention_progress set scanned_to = scanned_to + 10');
    await world.ended(plan, 1, 2 * HOUR);
    expect((await world.sweep())?.pruned).toBe(0);
    await harness.rows.query("update tasker.retention_progress set pass_began_at = now() - interval '8 days'");
    expect((await world.sweep())?.pruned).toBe(1);
  });

  it('skips a task somebody holds, and takes it later', async () => {
    const [held] = await world.ended(await world.good(), 3, 2 * HOUR);
    const client = new Client({ connectionString: harness.url });
    await client.connect();
    await client.query('begin');
    await client.query('select 1 from tasker.tasks where id = $1 for update', [held]);
    expect((await world.sweep())?.pruned).toBe(2);
    await client.query('commit');
    await client.end();
    await harness.rows.query("update tasker.retention_stragglers set due_at = now() - interval '1 s'");
    expect((await world.sweep())?.pruned).toBe(1);
  });

  it('stops after the batch that runs when told to, and the next one goes on', async () => {
    await world.ended(await world.good(), 30, 2 * HOUR);
    const stopping = new AbortController();
    const clock = {
      now: Date.now,
      monotonic: () => performance.now(),
      after: (_ms: number, run: () => void) => {
        stopping.abort();
        run();
        return { cancel: () => undefined };
      },
    };
    const first = await world.sweep(KEEP_HOUR, { batch: 10, signal: stopping.signal, clock });
    expect(first).toMatchObject({ pruned: 10, finished: false });
    expect(await world.sweep(KEEP_HOUR, { batch: 10, restMs: DAY })).toMatchObject({ pruned: 20, finished: true });
  });

  it('is done by one process at a time, and not again before its rest is over', async () => {
    await world.ended(await world.good(), 20, 2 * HOUR);
    const sweeps = await Promise.all([1, 2, 3].map(() => world.sweep(KEEP_HOUR, { restMs: HOUR })));
    expect(sweeps.filter((sweep) => sweep !== null)).toEqual([expect.objectContaining({ pruned: 20 })]);
    expect(await world.sweep(KEEP_HOUR, { restMs: HOUR })).toBeNull();
  });

  it('gives up when another has taken it over', async () => {
    await world.ended(await world.good(), 20, 2 * HOUR);
    const clock = {
      now: Date.now,
      monotonic: () => performance.now(),
      after: (_ms: number, run: () => void) => {
        void harness.rows.query("update tasker.retention_sweeps set owner = 'another'").then(run);
        return { cancel: () => undefined };
      },
    };
    await expect(world.sweep(KEEP_HOUR, { batch: 5, clock })).rejects.toMatchObject({
      cause: { cause: { code: 'TSK04' } },
    });
    expect(await world.tasks()).toHaveLength(15);
  });
});
