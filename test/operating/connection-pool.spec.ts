import { onBehalfOf, TaskerDatabase, typeormDriver } from '@tasker/postgres';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../support/database';
import { gate } from '../support/gate';

let server: TestDatabase;
let database: TaskerDatabase;

beforeEach(async () => {
  server = await testDatabase();
  database = new TaskerDatabase({
    connectionString: server.url,
    schema: 'tasker',
    applicationName: 'test',
    poolSize: 2,
  });
});
afterEach(async () => {
  await database.close();
  await server.drop();
});

const one = (): Promise<unknown> => database.session.rows('select 1 as n', []);

describe('the pool', () => {
  it('opens connections as they are needed, and no more than it may', async () => {
    expect(database.pool.counts).toEqual({ busy: 0, idle: 0, waiting: 0 });
    await one();
    await one();
    expect(database.pool.counts).toEqual({ busy: 0, idle: 1, waiting: 0 });
    await Promise.all([one(), one(), one(), one()]);
    expect(database.pool.counts).toEqual({ busy: 0, idle: 2, waiting: 0 });
  });

  it('leaves a connection to readers whatever runs in the background', async () => {
    const [entered, end] = [gate(), gate()];
    const first = database.background.transaction(async () => {
      entered.open();
      await end.opened;
    });
    const second = database.background.transaction(async () => undefined);
    await entered.opened;
    expect(database.pool.counts).toMatchObject({ busy: 1, waiting: 0 });
    await one();
    end.open();
    await Promise.all([first, second]);
  });

  it('says so when the server stopped a statement that took too long, and can still use the connection', async () => {
    const slow = database.pool.transaction(async (client) => {
      await client.query(`set local statement_timeout = '20ms'`);
      await client.query('select pg_sleep(30)');
    });
    await expect(slow).rejects.toMatchObject({ code: 'TSK_SATURATED' });
    await one();
    expect(database.pool.counts).toEqual({ busy: 0, idle: 1, waiting: 0 });
  });

  it('stops a statement on the server when the caller hangs up, and the connection is as good as before', async () => {
    const gone = new AbortController();
    const asked = onBehalfOf({ id: 'ann', signal: gone.signal }, () =>
      database.session.rows('select pg_sleep(59)', []),
    );
    const busy = async (): Promise<unknown> =>
      (
        await database.session.rows<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(59)%' and state = 'active' and pid <> pg_backend_pid()`,
          [],
        )
      )[0]?.n;
    while ((await busy()) === 0);
    gone.abort(new Error('gone'));
    await expect(asked).rejects.toThrow();
    expect(await busy()).toBe(0);
    expect(await Promise.all([one(), one(), one(), one()])).toHaveLength(4);
    expect(database.pool.counts).toEqual({ busy: 0, idle: 2, waiting: 0 });
  });

  it('says so when the database is away, and goes on when it is back', async () => {
    const ended = database.session.rows('select pg_terminate_backend(pg_backend_pid())', []);
    await expect(ended).rejects.toMatchObject({ code: 'TSK_DATABASE_UNAVAILABLE' });
    await one();
  });

  it('lends to TypeORM, also for transactions, and replaces what broke there', async () => {
    const source = await new DataSource({ type: 'postgres', driver: typeormDriver(database.pool) }).initialize();
    const inside = await source.transaction(async (manager) => {
      await manager.query('create table kept (n int)');
      return database.pool.counts.busy;
    });
    expect(inside).toBe(1);
    await expect(source.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow();
    // TypeORM gives a connection back before the driver has noticed its end: one more statement may find it dead.
    const kept = (): Promise<unknown> => source.query('select * from kept');
    expect(await kept().catch(kept)).toEqual([]);
    await source.destroy();
    expect(database.pool.counts.busy).toBe(0);
    await one();
  });
});
