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

/** Records migrations of a version to come, such as `9999_later`. */
const later = Object.assign((...names: string[]) => record(names, false), {
  breaking: (...names: string[]) => record(names, true),
});
const record = (names: string[], breaking: boolean) =>
  query(
    database.url,
    `insert into tasker.tasker_migrations (number, name, digest, breaking)
     select left(n, 4), substr(n, 6), '', $2 from unnest($1::text[]) n`,
    [names, breaking],
  );

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

  it('records that none of them is breaking, for versions that do not know them', async () => {
    await boot(database.url);
    expect(await query(database.url, 'select distinct breaking from tasker.tasker_migrations')).toEqual([
      { breaking: false },
    ]);
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
      message: expect.stringMatching(/0006_views failed: relation "task_list" already exists/),
      cause: expect.objectContaining({ code: '42P07' }),
    });
    await expect(boot(database.url)).rejects.toEqual(refused);
    expect(await applied(database.url)).toEqual(ALL.slice(0, 5));
    expect(await objects('tasker')).not.toContainEqual({ name: 'task_steps' });
    await query(database.url, 'drop view tasker.task_list');
    expect(await boot(database.url)).toEqual(ALL.slice(5));
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
        { path: '0006_views', message: expect.stringMatching('older') },
        ...ALL.slice(6).map(() => expect.anything()),
      ],
    });
  });
});

describe.each(['auto', 'verify'] as const)('%s', (mode) => {
  it('takes a newer schema that promises to suit this version, and warns of what it does not know', async () => {
    await boot(database.url);
    await later('9998_later', '9999_latest');
    const lines: string[] = [];
    expect(await boot(database.url, mode, 'tasker', (line) => lines.push(line))).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/"tasker" is newer .* 9998_later, 9999_latest\./)]);
  });

  it('refuses a newer schema that breaks this version, and names each migration that does', async () => {
    await boot(database.url);
    await later('9997_expand');
    await later.breaking('9998_contract', '9999_rename');
    await expect(boot(database.url, mode)).rejects.toMatchObject({
      code: 'TSK_SCHEMA_MISMATCH',
      details: [
        { path: '9998_contract', message: expect.stringMatching('breaking') },
        { path: '9999_rename', message: expect.stringMatching('breaking') },
      ],
      hint: expect.stringMatching('Deploy a version of Tasker that knows these migrations'),
    });
  });

  it('refuses a schema that lacks something and has something else, and changes nothing', async () => {
    await boot(database.url);
    await down('0005');
    await later('9999_later');
    await expect(boot(database.url, mode)).rejects.toMatchObject({
      code: 'TSK_SCHEMA_MISMATCH',
      details: expect.arrayContaining([{ path: '9999_later', message: expect.stringMatching('another line') }]),
    });
    expect(await applied(database.url)).toEqual([...ALL.slice(0, 5), '9999_later']);
  });

  it('refuses a schema made from another text and names the migration', async () => {
    await boot(database.url);
    await query(database.url, `update tasker.tasker_migrations set digest = 'other' where number = '0002'`);
    await expect(boot(database.url, mode)).rejects.toMatchObject({
      code: 'TSK_SCHEMA_MISMATCH',
      details: [{ path: '0002_tables', message: expect.stringMatching('another text') }],
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

  it('refuses a newer schema, whose migrations it cannot take back, breaking or not', async () => {
    await boot(database.url);
    await later('9999_later');
    await expect(down('0000')).rejects.toMatchObject({ code: 'TSK_SCHEMA_MISMATCH' });
    expect(await objects('tasker')).not.toEqual([]);
  });
});
