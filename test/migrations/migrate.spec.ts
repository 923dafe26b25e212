import { migrateDown } from '@tasker/postgres';
import { testDatabase, type TestDatabase } from '../support/database';
import { ALL, applied, boot } from './support/applied';
import { query } from './support/on-database';

const AWKWARD = `My "odd" sch'éma $&`;
const LAST = ALL.at(-1) as string;

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const down = (to: string, schema = 'tasker') => migrateDown({ connectionString: database.url, schema, to });

/** Every object of the schema but Tasker's record of migrations. */
const objects = (schema: string) =>
  query<{ name: string }>(
    database.url,
    `select c.relname as name from pg_class c where c.relnamespace = (select oid from pg_namespace where nspname = $1)
        and c.relname !~ '^tasker_migrations'
      union all
     select p.proname from pg_proc p where p.pronamespace = (select oid from pg_namespace where nspname = $1)`,
    [schema],
  );

describe('auto', () => {
  it.each(['tasker', AWKWARD])('applies everything in schema %s, once', async (schema) => {
    expect(await boot(database.url, 'auto', schema)).toEqual(ALL);
    expect(await boot(database.url, 'auto', schema)).toEqual([]);
    expect(await applied(database.url, schema)).toEqual(ALL);
  });

  it('applies only what an older schema lacks', async () => {
    await boot(database.url);
    await down('0004');
    expect(await boot(database.url)).toEqual(ALL.slice(4));
  });

  it('keeps two schemas of one database apart', async () => {
    await boot(database.url, 'auto', 'one');
    await boot(database.url, 'auto', 'two');
    await down('0000', 'one');
    expect(await objects('one')).toEqual([]);
    expect(await boot(database.url, 'verify', 'two')).toEqual([]);
  });

  it('names the migration that failed, of which nothing remains, and goes on from there when mended', async () => {
    await query(database.url, 'create schema tasker');
    await query(database.url, 'create view tasker.task_list as select 1 as one');
    const refused = expect.objectContaining({
      code: 'TSK_MIGRATION_FAILED',
      message: expect.stringMatching(/0005_views failed: relation "task_list" already exists/),
      cause: expect.objectContaining({ code: '42P07' }),
    });
    await expect(boot(database.url)).rejects.toEqual(refused);
    expect(await applied(database.url)).toEqual(ALL.slice(0, 4));
    expect(await objects('tasker')).not.toContainEqual({ name: 'task_state_v1' });
    await query(database.url, 'drop view tasker.task_list');
    expect(await boot(database.url)).toEqual(ALL.slice(4));
  });

  it('is not bound by the time limit of the application, which an index build may exceed', async () => {
    await query(
      database.url,
      `create table public.seen (statement_timeout text);
       create function public.look() returns event_trigger language plpgsql as $$
       begin insert into public.seen values (current_setting('statement_timeout')); end $$;
       create event trigger look on ddl_command_end when tag in ('CREATE VIEW') execute function public.look()`,
    );
    const url = new URL(database.url);
    url.searchParams.set('options', '-c statement_timeout=60000');
    await boot(url.toString());
    expect(await query(database.url, 'select distinct statement_timeout from public.seen')).toEqual([
      { statement_timeout: '0' },
    ]);
  });
});

describe('verify', () => {
  it('takes the schema of this version', async () => {
    await boot(database.url);
    expect(await boot(database.url, 'verify')).toEqual([]);
  });

  it('refuses a database without a schema, and makes none', async () => {
    const refused = { code: 'TSK_SCHEMA_MISMATCH', data: { schema: 'tasker', migrations: ALL } };
    await expect(boot(database.url, 'verify')).rejects.toMatchObject(refused);
    expect(await query(database.url, `select 1 from pg_namespace where nspname = 'tasker'`)).toEqual([]);
  });

  it('refuses an older schema and names what is missing', async () => {
    await boot(database.url);
    await down('0005');
    await expect(boot(database.url, 'verify')).rejects.toMatchObject({
      code: 'TSK_SCHEMA_MISMATCH',
      details: [
        { path: '0006_audit', message: expect.stringMatching('older') },
        ...ALL.slice(6).map(() => expect.anything()),
      ],
    });
  });
});

describe.each(['auto', 'verify'] as const)('%s', (mode) => {
  it('refuses a newer schema and names what it does not know', async () => {
    await boot(database.url);
    await query(
      database.url,
      `insert into tasker.tasker_migrations (number, name, digest) values ('9999', 'later', '')`,
    );
    await expect(boot(database.url, mode)).rejects.toMatchObject({
      code: 'TSK_SCHEMA_MISMATCH',
      details: [{ path: '9999_later', message: expect.stringMatching('newer') }],
    });
  });

  it('refuses a schema made from another text and names the migration', async () => {
    await boot(database.url);
    await query(database.url, `update tasker.tasker_migrations set digest = 'other' where number = '0002'`);
    await expect(boot(database.url, mode)).rejects.toMatchObject({
      code: 'TSK_SCHEMA_MISMATCH',
      details: [{ path: '0002_create_tasks', message: expect.stringMatching('another text') }],
    });
  });

  it('says that the server cannot be reached', async () => {
    const nowhere = 'postgres://postgres@127.0.0.1:1/nowhere';
    await expect(boot(nowhere, mode)).rejects.toMatchObject({
      code: 'TSK_DATABASE_UNAVAILABLE',
      message: expect.stringMatching('ECONNREFUSED'),
    });
  });

  it('refuses a schema name that cannot be used', async () => {
    await expect(boot(database.url, mode, 'pg_mine')).rejects.toMatchObject({ code: 'TSK_OPTIONS_INVALID' });
  });
});

it('off looks at nothing, not even whether there is a server', async () => {
  await expect(boot('postgres://postgres@127.0.0.1:1/nowhere', 'off')).resolves.toEqual([]);
});

describe('down', () => {
  it.each(['tasker', AWKWARD])('takes everything back in schema %s, newest first', async (schema) => {
    await boot(database.url, 'auto', schema);
    expect(await down('0000', schema)).toEqual(ALL.toReversed());
    expect(await objects(schema)).toEqual([]);
    expect(await applied(database.url, schema)).toEqual([]);
  });

  it('stops at the number it is given, and does nothing at the newest', async () => {
    await boot(database.url);
    expect(await down(LAST.slice(0, 4))).toEqual([]);
    expect(await down('0004')).toEqual(ALL.slice(4).toReversed());
    expect(await applied(database.url)).toEqual(ALL.slice(0, 4));
  });

  it('does nothing in a database without a schema', async () => {
    expect(await down('0000')).toEqual([]);
  });

  it('refuses a newer schema, whose migrations it cannot take back', async () => {
    await boot(database.url);
    await query(
      database.url,
      `insert into tasker.tasker_migrations (number, name, digest) values ('9999', 'later', '')`,
    );
    await expect(down('0000')).rejects.toMatchObject({ code: 'TSK_SCHEMA_MISMATCH' });
    expect(await objects('tasker')).not.toEqual([]);
  });
});
