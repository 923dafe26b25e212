import { migrate, Session } from '@tasker/postgres';
import { Client } from 'pg';
import { ApiKeyStore, type CreatedApiKey, type NewApiKey } from '../../src/auth';
import { testDatabase, type TestDatabase } from '../support/database';
import { bearer, bootGuarded, PLATFORMS, type GuardedApp } from './support/guarded-app';
import { signToken } from './support/sign-token';

const SECRET = 'a secret of more than thirty-two bytes';
const ROLES = { viewer: ['tasker.*:index'] };
const NEW: NewApiKey = { name: 'deploy', roles: ['viewer'], namespaces: '*', createdBy: 'ann' };

let database: TestDatabase;
let client: Client;
let store: ApiKeyStore;
beforeAll(async () => {
  database = await testDatabase();
  await migrate({ connectionString: database.url, schema: 'tasker', mode: 'auto' });
  client = new Client({ connectionString: database.url });
  await client.connect();
  store = new ApiKeyStore(new Session(async (sql, values) => (await client.query(sql, values)).rows, 'tasker'));
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
beforeEach(() => client.query('delete from tasker.api_keys'));

const reasonOf = async (key: string): Promise<string> => {
  const verdict = await store.verify(key);
  return verdict.valid ? 'valid' : verdict.reason;
};

describe('the store of API keys', () => {
  it('shows a key once, and keeps no more of it than a digest', async () => {
    const { key, ...shown } = await store.create({ ...NEW, permissions: ['tasker.task:create'], namespaces: ['shop'] });
    expect(key).toMatch(/^tsk_[0-9a-f]{12}_[\w-]{43}$/);
    expect(shown).toMatchObject({ prefix: key.slice(0, 16), roles: ['viewer'], namespaces: ['shop'], expiresAt: null });
    expect(await store.list()).toEqual([shown]);
    const { rows } = await client.query('select t::text as row from tasker.api_keys t');
    expect(rows[0].row).not.toContain(key.slice(17));
    expect(await store.verify(key)).toEqual({ valid: true, key: shown });
  });

  it('knows all 256 bits of it', async () => {
    const { key } = await store.create(NEW);
    const changed = [...key].map(
      (letter, at) => `${key.slice(0, at)}${letter === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`,
    );
    const verdicts: string[] = [];
    for (const other of changed) verdicts.push(await reasonOf(other));
    expect(verdicts.slice(17).every((reason) => reason === 'wrong_secret')).toBe(true);
    expect(verdicts.slice(0, 17).every((reason) => ['malformed', 'unknown'].includes(reason))).toBe(true);
  });

  it.each(['', 'tsk_', 'tsk_abc', "tsk_' or true --", `tsk_${'0'.repeat(12)}_${'A'.repeat(44)}`, '\u0000'])(
    'asks the database nothing about %j',
    async (text) => {
      const silent = new ApiKeyStore(new Session(() => Promise.reject(new Error('asked')), 'tasker'));
      expect(await silent.verify(text)).toEqual({ valid: false, reason: 'malformed' });
    },
  );

  it('ends a key at its time, by the clock of the database', async () => {
    const { key, id } = await store.create({ ...NEW, expiresAt: new Date(Date.now() + 60_000) });
    expect(await reasonOf(key)).toBe('valid');
    await client.query('update tasker.api_keys set expires_at = now() where id = $1', [id]);
    expect(await reasonOf(key)).toBe('expired');
  });

  it('ends a key by hand, once', async () => {
    const { key, id } = await store.create(NEW);
    const revoked = await store.revoke(id, 'bob');
    expect(revoked).toMatchObject({ revokedBy: 'bob', revokedAt: expect.any(Date) });
    expect(await reasonOf(key)).toBe('revoked');
    expect(await store.revoke(id, 'eve')).toEqual(revoked);
  });

  it.each([0, -1, 1.5, NaN, 2_147_483_648, 999_999])('has no key %s to revoke', async (id) => {
    await expect(store.revoke(id, 'bob')).rejects.toMatchObject({ code: 'TSK_KEY_NOT_FOUND' });
  });

  it('notes when a key was used, at most once a minute', async () => {
    const { key, id } = await store.create(NEW);
    const used = async (): Promise<string> => {
      await store.verify(key);
      const { rows } = await client.query('select last_used_at::text as at from tasker.api_keys where id = $1', [id]);
      return rows[0].at;
    };
    const first = await used();
    expect(first).toEqual(expect.any(String));
    expect(await used()).toBe(first);
    await client.query("update tasker.api_keys set last_used_at = now() - interval '61 seconds' where id = $1", [id]);
    expect(new Date(await used()).getTime()).toBeGreaterThanOrEqual(new Date(first).getTime());
  });

  it('refuses keys that make no sense, with every fault', async () => {
    const expiresAt = new Date(Date.now() - 1);
    const wrong = { name: ' ', permissions: ['tasker.task:shwo'], namespaces: [], createdBy: '', expiresAt };
    await expect(store.create(wrong)).rejects.toMatchObject({
      code: 'TSK_REQUEST_INVALID',
      details: [
        { path: 'name', message: expect.any(String) },
        { path: 'createdBy', message: expect.any(String) },
        { path: 'permissions[0]', message: expect.stringContaining('did you mean "tasker.task:show"?') },
        { path: 'namespaces', message: expect.any(String) },
        { path: 'expiresAt', message: expect.any(String) },
      ],
    });
    await expect(store.create({ ...NEW, roles: [] })).rejects.toThrow('grants nothing');
  });
});

describe.each(PLATFORMS)('an API key on %s', (_platform, adapter) => {
  let app: GuardedApp;
  let good: CreatedApiKey;
  beforeEach(async () => {
    app = await bootGuarded({
      adapter,
      database: database.url,
      auth: { apiKeys: true, jwt: { secret: SECRET }, roles: ROLES },
    });
    good = await store.create(NEW);
  });
  afterEach(() => app.close());

  it('is accepted as a bearer token and in a header of its own', async () => {
    const response = await fetch(app.url, { headers: bearer(good.key) });
    expect(await response.json()).toEqual({
      id: `key:deploy#${good.id}`,
      ...{ permissions: ROLES.viewer, namespaces: '*', roles: ['viewer'] },
    });
    expect(await app.status({ 'x-api-key': good.key })).toBe(200);
  });

  it('may do what it was made for', async () => {
    expect((await fetch(app.url, { method: 'POST', headers: bearer(good.key) })).status).toBe(403);
    const { key } = await store.create({ ...NEW, roles: ['baker'], permissions: ['tasker.task:create'] });
    expect((await fetch(app.url, { method: 'POST', headers: bearer(key) })).status).toBe(201);
    expect(await app.status(bearer(key))).toBe(403);
  });

  it('of some namespaces is kept from what concerns all of them', async () => {
    const { key } = await store.create({ ...NEW, namespaces: ['billing'] });
    expect(await app.status(bearer(key))).toBe(200);
    expect(await app.status(bearer(key), '/workers')).toBe(403);
    expect(await app.status(bearer(good.key), '/workers')).toBe(200);
  });

  it('that is revoked, expired, unknown or wrong is refused, and the caller is not told which it is', async () => {
    const revoked = await store.create(NEW);
    await store.revoke(revoked.id, 'bob');
    const expired = await store.create({ ...NEW, expiresAt: new Date(Date.now() + 60_000) });
    await client.query('update tasker.api_keys set expires_at = now() where id = $1', [expired.id]);
    const wrong = `${good.prefix}_${'A'.repeat(43)}`;
    const unknown = `tsk_${'0'.repeat(12)}_${'A'.repeat(43)}`;
    for (const key of [revoked.key, expired.key, wrong, unknown, 'tsk_', good.prefix]) {
      const response = await fetch(app.url, { headers: { 'x-api-key': key } });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ statusCode: 401, message: 'No valid credentials were sent.' });
      expect(await app.status(bearer(key))).toBe(401);
    }
  });

  it('and a token are told apart by their form', async () => {
    const token = signToken({ alg: 'HS256', key: SECRET, claims: { roles: ['viewer'] } });
    expect(await app.status(bearer(token))).toBe(200);
    expect(await app.status({ 'x-api-key': token })).toBe(401);
    expect(await app.status({ ...bearer(token), 'x-api-key': `${good.key}x` })).toBe(401);
  });
});

it('is no credential where keys are not accepted', async () => {
  const { key } = await store.create(NEW);
  const app = await bootGuarded({ database: database.url, auth: { jwt: { secret: SECRET }, roles: ROLES } });
  expect(await app.status(bearer(key))).toBe(401);
  expect(await app.status({ 'x-api-key': key })).toBe(401);
  await app.close();
});
