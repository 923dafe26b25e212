import { Client } from 'pg';
import { DAY, retentionWorld } from './retention-world';

const world = retentionWorld();
const { harness } = world;

const WEEK = 7 * DAY;

/** Makes the partition of a past week for both histories. */
async function makePast(name: string, weeksAgo: number): Promise<void> {
  const [week] = await harness.rows.query<{ from: string; to: string }>(
    `select (date_trunc('week', now() at time zone 'UTC') at time zone 'UTC' - $1 * interval '7 days')::text as from,
            (date_trunc('week', now() at time zone 'UTC') at time zone 'UTC' - ($1 - 1) * interval '7 days')::text as to`,
    [weeksAgo],
  );
  for (const table of ['step_history', 'task_history']) {
    await harness.rows.query(
      `create table tasker.${table}_${name} partition of tasker.${table} for values from ('${week?.from}') to ('${week?.to}')`,
    );
  }
}

const partitions = async () =>
  (
    await harness.rows.query<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'tasker.step_history'::regclass order by 1`,
    )
  ).map(({ name }) => name);

describe('partitions of the history', () => {
  it('are dropped when they are past and nothing is left in them; those to come stay', async () => {
    const before = await partitions();
    await makePast('past', 4);
    const ids = await world.ended(await world.good(), 2, 4 * WEEK);
    const [row] = await harness.rows.query<{ count: number }>('select count(*)::int from tasker.step_history_past');
    expect(row?.count).toBe(4);
    const sweep = await world.sweep();
    expect(sweep?.pruned).toBe(ids.length);
    expect(sweep?.droppedPartitions).toEqual(['step_history_past', 'task_history_past']);
    expect(await partitions()).toEqual(before);
  });

  it('stay while a task may have left something in them', async () => {
    await makePast('kept', 3);
    await world.ended(await world.bad(), 1, 3 * WEEK);
    await world.ended(await world.good(), 1, 3 * WEEK);
    expect(await world.sweep()).toMatchObject({ pruned: 1, droppedPartitions: [] });
    expect(await partitions()).toContain('step_history_kept');
    expect(
      (await world.sweep({ keepMs: null, keepErrorsMs: DAY, mode: 'delete', perTemplate: [] }))?.droppedPartitions,
    ).toEqual(['step_history_kept', 'task_history_kept']);
  });

  it('are left for the next sweep when they cannot be locked at once', async () => {
    await makePast('held', 5);
    const reader = new Client({ connectionString: harness.url });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select count(*) from tasker.step_history');
    expect((await world.sweep())?.droppedPartitions).toEqual([]);
    await reader.query('commit');
    await reader.end();
    expect((await world.sweep())?.droppedPartitions).toEqual(['step_history_held', 'task_history_held']);
  });
});
