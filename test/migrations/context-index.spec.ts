import { contextIndexStanding, createContextIndex, dropContextIndex } from '@tasker/postgres';
import { underMigrationLock } from '../../libs/postgres/src/migrate/migration-lock';
import { testDatabase, type TestDatabase } from '../support/database';
import { boot } from './support/applied';
import { onDatabase, query } from './support/on-database';

const SCHEMA = 'My "Schema"';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
  await boot(database.url, 'auto', SCHEMA);
});
afterEach(() => database.drop());

const at = () => ({ connectionString: database.url, schema: SCHEMA });
const state = async () => (await contextIndexStanding(at())).state;

describe('the index over contexts', () => {
  it('is made by no migration, once by whoever asks, and dropped again', async () => {
    expect(await contextIndexStanding(at())).toEqual({ state: 'missing', bytes: 0 });
    expect(await createContextIndex(at())).toBe(true);
    expect(await createContextIndex(at())).toBe(false);
    expect(await contextIndexStanding(at())).toEqual({ state: 'ready', bytes: expect.any(Number) });
    expect(await dropContextIndex(at())).toBe(true);
    expect(await dropContextIndex(at())).toBe(false);
    expect(await state()).toBe('missing');
  });

  it('is made once between processes that ask at the same time', async () => {
    const made = await Promise.all([1, 2, 3].map(() => createContextIndex(at())));
    expect(made.sort()).toEqual([false, false, true]);
  });

  it('is made anew when a build was cut short', async () => {
    await createContextIndex(at());
    await query(
      database.url,
      "update pg_index set indisvalid = false where indexrelid::regclass::text like '%tasks_context'",
    );
    expect(await state()).toBe('broken');
    expect(await createContextIndex(at())).toBe(true);
    expect(await state()).toBe('ready');
  });

  it('takes as long as it takes, whatever limit the role has', async () => {
    await query(
      database.url,
      `alter database ${new URL(database.url).pathname.slice(1)} set statement_timeout = '300ms'`,
    );
    await onDatabase(database.url, async (client) => {
      await client.query('begin');
      await client.query(
        `insert into "My ""Schema""".tasks (template_id, requested_at, correlation_id, context) values (1, now(), '', '{}')`,
      );
      const created = createContextIndex(at());
      while ((await state()) === 'missing');
      expect(await state()).toBe('building');
      await client.query('select pg_sleep(0.4)').catch(() => undefined);
      await client.query('rollback');
      expect(await created).toBe(true);
    });
  });

  it('is let go of when the process stops, while waiting and while building', async () => {
    const stop = new AbortController();
    await underMigrationLock({ connectionString: database.url }, SCHEMA, async () => {
      const waiting = createContextIndex({ ...at(), signal: stop.signal });
      stop.abort();
      await expect(waiting).rejects.toThrow();
    });
    const other = new AbortController();
    await onDatabase(database.url, async (client) => {
      await client.query('begin');
      await client.query('lock table "My ""Schema""".tasks in row exclusive mode');
      const building = createContextIndex({ ...at(), signal: other.signal });
      while ((await state()) === 'missing');
      other.abort();
      await expect(building).rejects.toThrow();
      await client.query('rollback');
    });
    // The server ends it by itself.
    while ((await state()) === 'building');
    expect(await state()).toBe('ready');
  });
});
