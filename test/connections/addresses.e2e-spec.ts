import { TaskerModule, TaskerService, type TaskerModuleOptions } from '@tasker/nestjs';
import { from, TestApps } from '../module/support/boot-app';
import { PasswordServer } from './password-server';

const apps = new TestApps();
afterEach(() => apps.closeAll());

const QUIET = { logging: { level: 'silent' }, role: 'api' } as const;

/** What the boot comes to with this `database` option. */
const boot = (database: TaskerModuleOptions['database'], url = '') =>
  apps.boot({ tasker: () => TaskerModule.forRoot({ ...QUIET, database }) }, url);

async function parts(): Promise<{ host: string; port: number; user: string; database: string; url: string }> {
  const url = await apps.database();
  const { hostname, port, username, pathname } = new URL(url);
  return { url, host: hostname, port: Number(port), user: username, database: pathname.slice(1) };
}

const list = async (database: TaskerModuleOptions['database']): Promise<unknown> =>
  from(await boot(database), TaskerService).list();

describe('the database is found', () => {
  it('by a URL alone', async () => {
    expect(await list((await parts()).url)).toMatchObject({ tasks: [] });
  });

  it('by host, port, user, password and name, as pg has them', async () => {
    const { url: _url, ...at } = await parts();
    expect(await list({ ...at, password: 'x', ssl: false })).toMatchObject({ tasks: [] });
  });

  it('among several hosts: the first that is there', async () => {
    const { url, host, port, ...at } = await parts();
    expect(await list({ ...at, host: ['127.0.0.1', host], port: [1, port] })).toMatchObject({ tasks: [] });
    const several = url.replace(`@${host}:${port}`, `@127.0.0.1:1,${host}:${port}`);
    expect(several).toContain(',');
    expect(await list({ url: several })).toMatchObject({ tasks: [] });
  });

  it('names every host when none is there', async () => {
    const nowhere = { host: ['127.0.0.1', 'localhost'], port: 1, user: 'nobody', connectTimeoutMs: 0 };
    await expect(boot(nowhere)).rejects.toMatchObject({
      code: 'TSK_DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/ECONNREFUSED 127\.0\.0\.1:1/),
    });
  });
});

describe('the password', () => {
  let server: PasswordServer;
  let port: number;
  beforeEach(async () => {
    server = new PasswordServer();
    port = await server.start();
  });
  afterEach(() => server.stop());

  it('is asked for anew for every connection, when it is a function', async () => {
    let asked = 0;
    const password = async (): Promise<string> => `token ${++asked}`;
    const at = { user: 'u', database: 'd', connectTimeoutMs: 0 };
    const refused = { code: 'TSK_DATABASE_UNAVAILABLE', message: expect.stringContaining('refused the password') };
    await expect(boot({ ...at, host: '127.0.0.1', port, password })).rejects.toMatchObject(refused);
    await expect(
      boot({ url: `postgres://u@127.0.0.1:${port}/d`, password, connectTimeoutMs: 0 }),
    ).rejects.toMatchObject(refused);
    expect(server.heard).toEqual(['token 1', 'token 2']);
  });

  it('may fail to be had, which is said', async () => {
    const password = () => Promise.reject(new Error('the vault is closed'));
    const at = { host: '127.0.0.1', port, user: 'u', database: 'd', connectTimeoutMs: 0 };
    await expect(boot({ ...at, password })).rejects.toMatchObject({
      ...{ code: 'TSK_DATABASE_UNAVAILABLE', message: expect.stringContaining('the vault is closed') },
    });
  });
});

describe('what cannot be an address is a fault with its path', () => {
  it.each<[string, TaskerModuleOptions['database'], string, RegExp]>([
    ['a percent sign', { url: 'postgres://u:p%C3ss@h/d' }, 'database.url', /%25/],
    ['a hash sign', { url: 'postgres://u:p#ss@h/d' }, 'database.url', /%23/],
    ['a slash', { url: 'postgres://u:p/ss@h/d' }, 'database.url', /%2F/],
    ['a port that is none', { url: 'postgres://u@h:port/d' }, 'database.url', /valid URL/],
    [
      'a certificate that is not there',
      { url: 'postgres://h/d?sslmode=verify-full&sslrootcert=/no/such.pem' },
      'database.url',
      /\/no\/such\.pem/,
    ],
    ['another scheme', { url: 'mysql://h/d' }, 'database.url', /postgres:\/\//],
    ['an empty text', '', 'database.url', /environment variable/],
    ['nothing', {}, 'database.url', /environment variable/],
    ['two ways', { url: 'postgres://h/d', host: 'h' }, 'database.host', /together/],
    ['a part that goes with another way', { url: 'postgres://h/d', port: 1 }, 'database.port', /database\.host/],
    ['a port out of range', { host: 'h', port: 70_000 }, 'database.port', /65535/],
    ['fewer ports than hosts', { host: ['a', 'b', 'c'], port: [1, 2] }, 'database.port', /3/],
    ['a host that is none', { host: [] }, 'database.host', /host/],
    ['an unknown key', { host: 'h', username: 'u' } as never, 'database.username', /unknown option/],
    ['a password that is none', { host: 'h', password: 7 as never }, 'database.password', /function/],
    ['ssl that is none', { host: 'h', ssl: 'yes' as never }, 'database.ssl', /tls\.connect/],
  ])('%s', async (_what, database, path, message) => {
    const error = (await boot(database).catch((thrown: unknown) => thrown)) as {
      code: string;
      message: string;
      details: { path: string; message: string }[];
    };
    expect(error).toMatchObject({
      code: 'TSK_OPTIONS_INVALID',
      details: [{ path, message: expect.stringMatching(message) }],
    });
    expect(error.message).not.toMatch(/p%C3ss|p#ss|p\/ss/);
  });
});
