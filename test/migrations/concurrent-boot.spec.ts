import { underMigrationLock } from '../../libs/postgres/src/migrate/migration-lock';
import { testDatabase, type TestDatabase } from '../support/database';
import { ALL, applied, boot } from './support/applied';
import { migrateInProcess } from './support/migrating-process';
import { query } from './support/on-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

describe('processes that boot at once', () => {
  it('migrate once between them, on four connections', async () => {
    const ran = await Promise.all(Array.from({ length: 4 }, () => boot(database.url)));
    expect(ran.map((names) => names.length).sort()).toEqual([0, 0, 0, ALL.length]);
    expect(await applied(database.url)).toEqual(ALL);
  });

  it('migrate once between them, as four processes', async () => {
    const ran = await Promise.all(Array.from({ length: 4 }, () => migrateInProcess(database.url, 'tasker')));
    expect(ran.map((names) => names.length).sort()).toEqual([0, 0, 0, ALL.length]);
    expect(await applied(database.url)).toEqual(ALL);
  });

  it('do not wait for one that migrates another schema', async () => {
    expect(await underMigrationLock({ connectionString: database.url }, 'other', () => boot(database.url))).toEqual(
      ALL,
    );
  });

  // Neither who holds the lock nor who tries it may have a snapshot meanwhile, or this would never end.
  it('wait in such a way that whoever has the lock can build an index concurrently', async () => {
    await query(database.url, 'create table t (i int)');
    const { waiting } = await underMigrationLock({ connectionString: database.url }, 'tasker', async () => {
      const waiting = boot(database.url);
      // The holder's, and two of the one that waits.
      await sessionsOfRunner(3);
      await query(database.url, 'create index concurrently i on t (i)');
      return { waiting };
    });
    expect(await waiting).toEqual(ALL);
  });

  async function sessionsOfRunner(count: number): Promise<void> {
    const sql = `select 1 from pg_stat_activity where datname = current_database() and application_name = 'tasker migrations'`;
    while ((await query(database.url, sql)).length < count);
  }
});
