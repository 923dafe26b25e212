import { StoreRefusedError, StoreUnavailableError } from '@tasker/core';
import { Client } from 'pg';
import { Connection } from '../../libs/postgres/src/database/connection';
import { Timeline } from '../../libs/postgres/src/database/timeline';
import { openClient } from '../../libs/postgres/src/database/open-client';
import { testDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let observer: Client;
const opened: Connection[] = [];

beforeAll(async () => {
  database = await testDatabase();
  observer = new Client({ connectionString: database.url });
  await observer.connect();
});
afterEach(() => Promise.all(opened.splice(0).map((connection) => connection.close())));
afterAll(async () => {
  await observer.end();
  await database.drop();
});

function connect(url = database.url, answerWithinMs = 5_000): Connection {
  const settings = {
    applicationName: 'connection-test',
    connectWithinMs: answerWithinMs,
    answerWithinMs,
    pinned: true,
  };
  const open = (signal: AbortSignal) => openClient({ connectionString: url }, { ...settings, signal });
  const timeline = new Timeline('select null as line, null as running_since');
  const connection = new Connection({ open, namedStatements: true, timeline, tellsLoss: true });
  opened.push(connection);
  return connection;
}

const number = async (connection: Connection): Promise<unknown> =>
  (await connection.run<{ n: number }>('number', 'select 1 as n', [])).rows[0]?.n;

const sessions = async (): Promise<number> => {
  const { rows } = await observer.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'connection-test'`,
  );
  return rows[0]?.n ?? -1;
};

describe('a connection of the engine', () => {
  it('opens with its first statement and no earlier', async () => {
    const connection = connect();
    expect(await sessions()).toBe(0);
    expect(await number(connection)).toBe(1);
    expect(await sessions()).toBe(1);
  });

  it('runs statements in the order they were given', async () => {
    const connection = connect();
    await connection.run('sequence', 'create sequence turns', []);
    const turns = await Promise.all(
      Array.from({ length: 20 }, () => connection.run<{ n: string }>('turn', `select nextval('turns') as n`, [])),
    );
    expect(turns.map(({ rows }) => Number(rows[0]?.n))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('goes on with the next statement after one that the server refused', async () => {
    const connection = connect();
    const refused = connection.run('refused', 'select 1 / 0', []);
    const next = number(connection);
    await expect(refused).rejects.toThrow(StoreRefusedError);
    expect(await next).toBe(1);
  });

  it('says that nobody knows when its session ends, and opens another for the next statement', async () => {
    const connection = connect();
    await number(connection);
    const ended = connection.run('end', 'select pg_terminate_backend(pg_backend_pid())', []);
    const next = number(connection);
    await expect(ended).rejects.toThrow(StoreUnavailableError);
    expect(await next).toBe(1);
    expect(await sessions()).toBe(1);
  });

  it('gives a statement up that does not answer in time, and is fit for the next', async () => {
    const connection = connect(database.url, 200);
    await number(connection);
    await expect(connection.run('slow', 'select pg_sleep(30)', [])).rejects.toThrow(StoreUnavailableError);
    expect(await number(connection)).toBe(1);
  });

  it('tries again to open when that failed, whatever the reason was', async () => {
    const { rows } = await observer.query<{ name: string }>('select current_database() as name');
    const role = `late_${rows[0]?.name ?? ''}`;
    const url = new URL(database.url);
    url.username = role;
    const connection = connect(url.toString());
    await expect(number(connection)).rejects.toThrow();
    await observer.query(`create role ${role} login`);
    try {
      expect(await number(connection)).toBe(1);
    } finally {
      await connection.close();
      await observer.query(`drop role ${role}`);
    }
  });

  it('sends a statement again that lost a race', async () => {
    await observer.query('create table pair (id int primary key, n int); insert into pair values (1, 0), (2, 0)');
    const both = (first: number): string =>
      `with a as (update pair set n = n + 1 where id = ${first} returning pg_sleep(0.05))
       update pair set n = n + 1 from a where id = ${3 - first}`;
    await Promise.all([connect().run('forth', both(1), []), connect().run('back', both(2), [])]);
    const { rows } = await observer.query('select n from pair order by id');
    expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
  });

  it('rolls back a transaction whose work failed, and hands on why', async () => {
    const connection = connect();
    await connection.run('table', 'create table kept (n int)', []);
    const failing = connection.transaction(async (client) => {
      await client.query('insert into kept values (1)');
      throw new StoreRefusedError(new Error('elsewhere'), false);
    });
    await expect(failing).rejects.toThrow(StoreRefusedError);
    expect((await connection.run('count', 'select * from kept', [])).rows).toEqual([]);
  });

  it('runs nothing any more once it is closed', async () => {
    const connection = connect();
    await number(connection);
    await connection.close();
    await expect(number(connection)).rejects.toThrow(StoreUnavailableError);
    await connection.close();
  });
});
