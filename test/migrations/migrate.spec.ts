import { migrations } from '@tasker/migrations';
import { migrate } from '../../libs/postgres/src/migrate/migrate-up';
import { migrateDown } from '../../libs/postgres/src/migrate/migrate-down';
import { testDatabase, type TestDatabase } from '../support/database';
import { query } from './support/on-database';

const ALL = migrations.map(({ number, name }) => `${number}_${name}`);
const AWKWARD = `My "odd" sch'éma $&`;

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const run = (schema: string, mode: 'auto' | 'verify' | 'off' = 'auto') =>
  migrate({ connectionString: database.url, schema, mode });

it.each(['tasker', AWKWARD])('applies everything in schema %s, once', async (schema) => {
  expect(await run(schema)).toEqual(ALL);
  expect(await run(schema)).toEqual([]);
  expect(await run(schema, 'verify')).toEqual([]);
});

it('takes back and applies again', async () => {
  await run('tasker');
  expect(await migrateDown({ connectionString: database.url, schema: 'tasker', to: '0000' })).toEqual(ALL.toReversed());
  expect(
    await query(
      database.url,
      `select relname from pg_class where relnamespace = 'tasker'::regnamespace and relkind in ('r','p','v','S') `,
    ),
  ).toEqual([{ relname: 'tasker_migrations' }]);
  expect(await run('tasker')).toEqual(ALL);
});
