import { Client } from 'pg';
import { EventBus, type TaskerEvents } from '@tasker/nestjs';
import { from } from '../module/support/boot-app';
import { bulkWorld } from './bulk-world';

const world = bulkWorld();
const EDIT = { verb: 'edit', taskReason: 'touched' } as const;

const idle = (count: number) => world.create(...Array.from({ length: count }, () => ({ name: 'idle' })));

/** As if its process had died a minute ago. */
const orphan = (id: string) =>
  world.rows("update tasker.bulk_operations set lease_expires_at = '-infinity' where id = $1 returning id", [id]);

describe('a bulk operation', () => {
  it('goes through everything in batches, and says what it did', async () => {
    const ids = await idle(25);
    const operation = await world.run({ name: 'idle' }, EDIT, { rate: null, batchSize: 10 });
    expect(operation).toMatchObject({
      ...{ state: 'complete', matched: 25, changed: 25, unchanged: 0, refused: 0, failed: 0, actor: 'ann' },
      ...{ reason: 'test', lastTaskId: ids.at(-1), untilTaskId: ids.at(-1), finishedAt: expect.any(Date) as Date },
    });
    expect(await world.acts()).toEqual(ids.map(() => 1));
    expect((await world.bulk.list()).map(({ id }) => id)).toEqual([operation.id]);
  });

  it('leaves alone what was created after its start', async () => {
    await idle(2);
    const { id } = await world.start({ name: 'idle' }, EDIT, { rate: 0.5, batchSize: 1 });
    await world.until(id, ({ matched }) => matched === 1);
    await idle(1);
    await world.rows(
      'update tasker.bulk_operations set rate = null, next_batch_at = now() where id = $1 returning id',
      [id],
    );
    const again = world.another();
    await orphan(id);
    again.onApplicationBootstrap();
    expect((await world.stopped(id)).changed).toBe(2);
    expect(await world.acts()).toEqual([1, 1, 0]);
  });

  it('publishes the events of its acts', async () => {
    const [id] = await idle(1);
    const events: TaskerEvents['task.paused'][] = [];
    from(world.app, EventBus).on('task.paused', (event) => void events.push(event));
    await world.run({ name: 'idle' }, { verb: 'pause' });
    expect(events).toMatchObject([{ taskId: id, actor: 'ann', reason: 'test' }]);
  });

  it('keeps to its rate, by the times of its acts', async () => {
    await idle(20);
    await world.run({ name: 'idle' }, EDIT, { rate: 20, batchSize: 5 });
    const rows = await world.rows<{ ms: number }>(
      'select distinct extract(epoch from at)::float8 * 1000 as ms from tasker.task_history order by 1',
    );
    const gaps = rows.slice(1).map(({ ms }, index) => ms - (rows[index]?.ms ?? 0));
    expect(gaps).toHaveLength(3);
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(249);
  });

  it('stops when it is cancelled, and goes on from there when it is resumed', async () => {
    const ids = await idle(12);
    const { id } = await world.start({ name: 'idle' }, EDIT, { rate: 1, batchSize: 4 });
    await world.until(id, ({ matched }) => matched === 4);
    expect(await world.bulk.cancel(id)).toMatchObject({ state: 'cancelled', matched: 4 });
    // The next batch would be due now.
    await world.rows(
      "update tasker.bulk_operations set rate = null, next_batch_at = now() - interval '1 hour' where id = $1 returning id",
      [id],
    );
    const other = world.another();
    await orphan(id);
    other.onApplicationBootstrap();
    const marker = await world.run({ ids: [ids[0] ?? ''] }, EDIT);
    expect(marker.state).toBe('complete');
    expect((await world.bulk.find(id)).matched).toBe(4);
    expect(await world.bulk.resume(id)).toMatchObject({ state: 'running' });
    expect(await world.stopped(id)).toMatchObject({ state: 'complete', matched: 12, changed: 12 });
    expect(await world.acts()).toEqual(ids.map((task) => (task === ids[0] ? 2 : 1)));
  });

  it('is run by one of two processes that both take it for theirs', async () => {
    const ids = await idle(60);
    const { id } = await world.start({ name: 'idle' }, EDIT, { rate: null, batchSize: 2 });
    const others = [world.another(), world.another()];
    for (const other of others) {
      await orphan(id);
      other.onApplicationBootstrap();
    }
    expect(await world.stopped(id)).toMatchObject({ matched: 60, changed: 60 });
    expect(await world.acts()).toEqual(ids.map(() => 1));
  });

  it('counts a task whose rows somebody keeps locked as failed, and goes on with the others', async () => {
    const ids = await idle(5);
    const client = new Client({ connectionString: world.url });
    await client.connect();
    await client.query('begin');
    await client.query('select 1 from tasker.tasks where id = $1 for update', [ids[2]]);
    const operation = await world.run({ name: 'idle' }, EDIT);
    await client.query('rollback');
    await client.end();
    expect(operation).toMatchObject({ state: 'complete', changed: 4, failed: 1 });
    expect(operation.samples).toMatchObject([{ taskId: ids[2], code: 'TSK_SATURATED' }]);
    expect(await world.acts()).toEqual([1, 1, 0, 1, 1]);
  });

  it('fails when it cannot go on, says why, and can be resumed once that is mended', async () => {
    await idle(3);
    const { id } = await world.start({ name: 'idle' }, EDIT, { rate: 1, batchSize: 1 });
    await world.until(id, ({ matched }) => matched === 1);
    await world.bulk.cancel(id);
    const set = 'update tasker.bulk_operations set filter = $2, rate = null where id = $1 returning id';
    await world.rows(set, [id, JSON.stringify({ requestedAfter: 'never' })]);
    await world.bulk.resume(id);
    expect(await world.stopped(id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('never') as string,
    });
    await world.rows(set, [id, JSON.stringify({ name: 'idle' })]);
    await world.bulk.resume(id);
    expect(await world.stopped(id)).toMatchObject({ state: 'complete', error: null, changed: 3 });
  });

  it('of another schema or nowhere is not found', async () => {
    for (const id of ['77', 'x', '-1']) {
      await expect(world.bulk.find(id)).rejects.toMatchObject({ code: 'TSK_BULK_NOT_FOUND' });
      await expect(world.bulk.cancel(id)).rejects.toMatchObject({ code: 'TSK_BULK_NOT_FOUND' });
      await expect(world.bulk.resume(id)).rejects.toMatchObject({ code: 'TSK_BULK_NOT_FOUND' });
    }
  });
});
