import { Client } from 'pg';
import { Connection } from '../../libs/postgres/src/database/connection';
import { openClient } from '../../libs/postgres/src/database/open-client';
import { AnnouncementListener, type Announced } from '../../libs/postgres/src/engine/announcement-listener';
import { Timeline } from '../../libs/postgres/src/database/timeline';
import { testDatabase, type TestDatabase } from '../support/database';
import { within } from '../support/gate';

let database: TestDatabase;
let sender: Client;
const listeners: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await testDatabase();
  sender = new Client({ connectionString: database.url });
  await sender.connect();
});
afterEach(() => Promise.all(listeners.splice(0).map((listener) => listener.close())));
afterAll(async () => {
  await sender.end();
  await database.drop();
});

/** A listener, and what it hears one after the other. */
async function listen(url = database.url): Promise<() => Promise<Announced | null>> {
  const [heard, waiting]: [(Announced | null)[], ((next: Announced | null) => void)[]] = [[], []];
  const settings = { applicationName: 'listener-test', connectWithinMs: 5_000, answerWithinMs: 5_000, pinned: true };
  const open = (signal: AbortSignal) => openClient({ connectionString: url }, { ...settings, signal });
  const timeline = new Timeline('select null as line, null as running_since');
  const connection = new Connection({ open, namedStatements: true, timeline, tellsLoss: true });
  const listener = new AnnouncementListener(connection, 'tasker_test');
  listeners.push({
    close: () => {
      listener.close();
      return connection.close();
    },
  });
  await listener.start((announced) => {
    const next = waiting.shift();
    if (next) next(announced);
    else heard.push(announced);
  });
  return () =>
    heard.length > 0
      ? Promise.resolve(heard.shift() ?? null)
      : within(5_000, 'an announcement', new Promise((resolve) => waiting.push(resolve)));
}

const send = (text: string): Promise<unknown> => sender.query('select pg_notify($1, $2)', ['tasker_test', text]);

const endListeners = (): Promise<unknown> =>
  sender.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener-test'`);

describe('who listens for announcements', () => {
  it('is told to look once it listens, then hears each', async () => {
    const next = await listen();
    expect(await next()).toBeNull();
    await send('3:-2:123456');
    await send('1:100:0');
    expect([await next(), await next()]).toEqual([
      { count: 3, priority: -2, ticket: 123_456 },
      { count: 1, priority: 100, ticket: 0 },
    ]);
  });

  it.each(['', 'hello', '1:2', '1:x:3'])('is told to look when the text is not understood: %j', async (text) => {
    const next = await listen();
    await next();
    await send(text);
    expect(await next()).toBeNull();
  });

  it('listens again after its session ended, and is told to look', async () => {
    const next = await listen();
    await next();
    await endListeners();
    expect(await next()).toBeNull();
    await send('1:0:5');
    expect(await next()).toEqual({ count: 1, priority: 0, ticket: 5 });
  });

  it('does not mind a database that is not there yet', async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';
    await expect(listen(url.toString())).resolves.toBeDefined();
  });
});
