import { DataSource } from 'typeorm';
import { taskerMigrations } from '../../libs/postgres/src/migrate/tasker-migrations';
import { testDatabase, type TestDatabase } from '../support/database';
import { ALL, applied, boot } from './support/applied';
import { query } from './support/on-database';

let database: TestDatabase;
const sources: DataSource[] = [];
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const source of sources.splice(0)) await source.destroy();
  await database.drop();
});

/** A host that keeps its own list of migrations, one per schema of Tasker's. */
async function host(schema: string, table: string): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: taskerMigrations(schema),
    migrationsTableName: table,
  });
  sources.push(source);
  return source.initialize();
}

describe('as TypeORM migrations', () => {
  it('have names that are the same for ever', () => {
    const names = taskerMigrations('tasker').map((Migration) => new Migration().name);
    expect(names.slice(0, 4)).toEqual([
      'TaskerWords1760000000001',
      'TaskerTables1760000000002',
      'TaskerCreateTasks1760000000003',
      'TaskerClaimSteps1760000000004',
    ]);
  });

  it('run and revert in two schemas of one database', async () => {
    const [one, two] = [await host('tasker', 'of_one'), await host(`My "odd" sch'éma`, 'of_two')];
    expect(await one.runMigrations()).toHaveLength(ALL.length);
    expect(await two.runMigrations()).toHaveLength(ALL.length);
    for (let n = 0; n < ALL.length; n++) await one.undoLastMigration();
    expect(await applied(database.url, 'tasker')).toEqual([]);
    expect(await applied(database.url, `My "odd" sch'éma`)).toEqual(ALL);
    expect(await one.runMigrations()).toHaveLength(ALL.length);
  });

  it('are known to the runner, which then verifies and applies nothing', async () => {
    const source = await host('tasker', 'migrations');
    await source.runMigrations();
    expect(await boot(database.url, 'verify')).toEqual([]);
    expect(await boot(database.url, 'auto')).toEqual([]);
    await source.undoLastMigration();
    await expect(boot(database.url, 'verify')).rejects.toMatchObject({ data: { migrations: [ALL.at(-1)] } });
  });

  it('leave the same record as the runner, by which other versions know whether they can run', async () => {
    const record = (schema: string) =>
      query(database.url, `select number, name, digest, breaking from ${schema}.tasker_migrations order by 1`);
    await (await host('theirs', 'migrations')).runMigrations();
    await boot(database.url, 'auto', 'own');
    expect(await record('theirs')).toEqual(await record('own'));
  });

  it('refuse a schema name that cannot be used', () => {
    expect(() => taskerMigrations('')).toThrow(expect.objectContaining({ code: 'TSK_OPTIONS_INVALID' }));
  });
});
