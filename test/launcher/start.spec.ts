import { existsSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres, type StartOptions } from '@tasker/embedded-postgres';
import { directoryOf, nothingRunsOn, processesOn, query } from './support/observe';
import { removeScratch, scratch } from './support/scratch';

const running: RunningPostgres[] = [];

async function start(options?: StartOptions): Promise<RunningPostgres> {
  const server = await startPostgres(options);
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  removeScratch();
});

describe('a server in a temporary directory', () => {
  it('accepts connections as soon as it is there', async () => {
    const server = await start();
    const [row] = await query<{ server_version: string }>(server.url, 'SHOW server_version');
    expect(row?.server_version.split(' ')[0]).toBe(server.version);
    expect(server.url).toContain(`:${server.port}/`);
    expect(processesOn(directoryOf(server))).toContain(server.pid);
  });

  it('leaves nothing behind after stop(), which may be called twice', async () => {
    const server = await start();
    const directory = directoryOf(server);
    await Promise.all([server.stop(), server.stop()]);
    expect(processesOn(directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  it('is one of several', async () => {
    const servers = await Promise.all([start(), start(), start()]);
    expect(new Set(servers.map((server) => server.port)).size).toBe(3);
    for (const server of servers) expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('settings', () => {
  it('trades durability for speed unless asked otherwise, and takes any other', async () => {
    const fast = await start({ settings: { max_connections: 7, application_name: "it's spaced" } });
    expect(await query(fast.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    expect(await query(fast.url, 'SHOW max_connections')).toEqual([{ max_connections: '7' }]);
    expect(await query(fast.url, 'SHOW application_name')).toEqual([{ application_name: "it's spaced" }]);
    const durable = await start({ durable: true });
    expect(await query(durable.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('quotes the server when it refuses one, and cleans up', async () => {
    const dataDir = join(scratch(), 'data');
    const refused = startPostgres({ dataDir, settings: { no_such_setting: 1 } });
    await expect(refused).rejects.toMatchObject({
      code: 'TSK_PG_START_FAILED',
      message: expect.stringContaining('unrecognized configuration parameter "no_such_setting"') as string,
    });
    await nothingRunsOn(dataDir);
    expect(await query((await start({ dataDir })).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('the port', () => {
  let listener: Server;

  beforeEach(async () => {
    listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => listener.close(resolve)));

  it('is refused when it is taken', async () => {
    const { port } = listener.address() as AddressInfo;
    await expect(startPostgres({ port })).rejects.toMatchObject({ code: 'TSK_PG_PORT_IN_USE' });
  });
});

describe('restart()', () => {
  it.each(['fast', 'immediate'] as const)('keeps port and committed data, %s', async (mode) => {
    const server = await start();
    const { pid, url } = server;
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS id');
    await server.restart(mode);
    expect(server.url).toBe(url);
    expect(server.pid).not.toBe(pid);
    expect(await query(url, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  it('brings a killed server back', async () => {
    const server = await start();
    await query(server.url, 'CREATE TABLE kept AS SELECT 1 AS id');
    process.kill(server.pid, 'SIGKILL');
    await server.restart();
    expect(await query(server.url, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });

  it('is refused after stop()', async () => {
    const server = await start();
    await server.stop();
    await expect(server.restart()).rejects.toMatchObject({ code: 'TSK_PG_STOPPED' });
  });
});
