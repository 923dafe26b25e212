import { Client } from 'pg';
import { TestApps } from '../module/support/boot-app';
import { bootWhole, expectWhole } from './support/whole-product';

const apps = new TestApps();
afterEach(() => apps.closeAll());

async function run(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, options: '-c statement_timeout=0' });
  await client.connect();
  let rows: Record<string, unknown>[] = [];
  for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
  await client.end();
  return rows;
}

/** A database of which every session begins with these settings. */
async function databaseWith(...settings: string[]): Promise<string> {
  const url = await apps.database();
  const { pathname } = new URL(url);
  await run(url, ...settings.map((setting) => `alter database ${pathname.slice(1)} set ${setting}`));
  return url;
}

/** Functions that hide those of PostgreSQL from whoever names them without their schema. */
const EVIL = [
  'create schema evil',
  `create function evil.now() returns timestamptz language sql as $$ select '1970-01-01'::timestamptz $$`,
  `create function evil.date_part(text, timestamptz) returns float8 language sql as $$ select 0::float8 $$`,
  `create function evil.array_to_string(anyarray, text) returns text language sql as $$ select 'evil' $$`,
];

describe('with settings of the role or the database, everything works:', () => {
  it.each([
    ["datestyle = 'SQL, DMY'"],
    ["datestyle = 'German'"],
    ["datestyle = 'Postgres, YMD'"],
    ["intervalstyle = 'sql_standard'"],
    ["timezone = 'Asia/Kolkata'"],
    ["bytea_output = 'escape'"],
    ['extra_float_digits = -15'],
    ["default_transaction_isolation = 'serializable'"],
    ['default_transaction_deferrable = on'],
    ["statement_timeout = '1ms'"],
    ["lock_timeout = '1ms'"],
    ["idle_in_transaction_session_timeout = '300ms'"],
    ["idle_session_timeout = '300ms'"],
    ['standard_conforming_strings = off', 'escape_string_warning = off'],
    ['array_nulls = off', 'transform_null_equals = on', 'quote_all_identifiers = on'],
    ["plan_cache_mode = 'force_generic_plan'", 'enable_indexscan = off', 'enable_hashjoin = off'],
    ["client_min_messages = 'debug1'", "lc_numeric = 'C'", 'row_security = off'],
  ])(
    '%s',
    async (...settings) => {
      await expectWhole(apps, await databaseWith(...settings));
    },
    60_000,
  );

  it('a search_path before the catalogue', async () => {
    const url = await apps.database();
    await run(url, ...EVIL, `alter database ${new URL(url).pathname.slice(1)} set search_path = evil, pg_catalog`);
    await expectWhole(apps, url);
  }, 60_000);
});

describe('a database that Tasker cannot work with is refused by name, before anything is written:', () => {
  const schemas = (url: string): Promise<Record<string, unknown>[]> =>
    run(url, `select 1 from pg_namespace where nspname = 'tasker'`);

  it('one that is read-only by default', async () => {
    const url = await databaseWith('default_transaction_read_only = on');
    await expect(bootWhole(apps, url)).rejects.toMatchObject({
      ...{ code: 'TSK_DATABASE_UNSUITABLE', details: [{ path: 'default_transaction_read_only' }] },
    });
    expect(await schemas(url)).toEqual([]);
  });

  it('one that is not UTF-8', async () => {
    const url = new URL(await apps.database());
    await run(url.toString(), `create database latin_${url.pathname.slice(6)} encoding 'SQL_ASCII' template template0`);
    const latin = new URL(url);
    latin.pathname = `/latin_${url.pathname.slice(6)}`;
    try {
      await expect(bootWhole(apps, latin.toString())).rejects.toMatchObject({
        ...{ code: 'TSK_DATABASE_UNSUITABLE', details: [{ path: 'server_encoding' }] },
      });
      expect(await schemas(latin.toString())).toEqual([]);
    } finally {
      await run(url.toString(), `drop database latin_${url.pathname.slice(6)} with (force)`);
    }
  });

  it('one behind a pooler, whose sessions nobody can set', async () => {
    const url = await databaseWith("datestyle = 'SQL, DMY'", 'extra_float_digits = -3');
    const booting = apps.boot({ options: { role: 'api', database: { pooler: 'transaction' } } }, url);
    await expect(booting).rejects.toMatchObject({
      ...{ code: 'TSK_DATABASE_UNSUITABLE', details: [{ path: 'DateStyle' }, { path: 'extra_float_digits' }] },
    });
    expect(await schemas(url)).toEqual([]);
  });
});
