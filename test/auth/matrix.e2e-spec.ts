import { ApiKeyStore, type CreatedApiKey } from '../../src/auth';
import { bearer } from './support/guarded-app';
import { ALL_PERMISSIONS, MARKER, MatrixApp, wrongAmong, type Case } from './support/matrix-app';
import type { WireOperation } from './support/operations';
import { inSeconds, signToken } from './support/sign-token';
import { rsaKey } from './support/token-issuer';

/** Served by modules of their own, at addresses the host chooses. */
const ELSEWHERE = ['tasker.metrics:index', 'tasker.health_status:index'];

const matrix = new MatrixApp();
const foreign = rsaKey('mine');
let [expiredKey, revokedKey]: CreatedApiKey[] = [];

beforeAll(async () => {
  await matrix.start();
  const store = matrix.get(ApiKeyStore);
  const key = { name: 'old', roles: ['admin'], namespaces: '*', createdBy: 'ann' } as const;
  [expiredKey, revokedKey] = [await store.create(key), await store.create(key)];
  await store.revoke(revokedKey.id, 'ann');
  await matrix.query('update tasker.api_keys set expires_at = now() where id = $1', [expiredKey.id]);
}, 60_000);
afterAll(() => matrix.stop());

it('finds an operation for every permission', () => {
  const found = new Set<string>([...ELSEWHERE, ...matrix.operations.map(({ permission }) => permission)]);
  expect(ALL_PERMISSIONS.filter((permission) => !found.has(permission))).toEqual([]);
});

it.each<[string, () => Promise<[headers: Record<string, string>, actor: string]>]>([
  ['a token', async () => [matrix.as('admin', ['billing'], { sub: 'ann@shop.example' }), 'ann@shop.example']],
  [
    'an API key',
    async () => {
      const key = { name: 'deploy', roles: ['admin'], namespaces: ['billing'], createdBy: 'ann' };
      const created = await matrix.get(ApiKeyStore).create(key);
      return [{ 'x-api-key': created.key }, `key:deploy#${created.id}`];
    },
  ],
])('records who acts with %s', async (_what, credentials) => {
  const [headers, actor] = await credentials();
  const taskId = await matrix.failedTask();
  const cancel = matrix.operations.find(({ title }) => title === 'POST /tasker/tasks/:id/cancel');
  const aim = { ...matrix.billing, taskId };
  expect(await matrix.send(cancel as WireOperation, headers, aim)).toMatchObject({ status: 200 });
  const sql = 'select actor from tasker.task_history where task_id = $1 and actor is not null';
  expect(await matrix.query(sql, [taskId])).toEqual([{ actor }]);
});

describe('every operation', () => {
  it.each<[string, () => Record<string, string>]>([
    ['nobody', () => ({})],
    ['an expired token', () => matrix.as('admin', '*', { exp: inSeconds(-60) })],
    ['a token that is not valid yet', () => matrix.as('admin', '*', { nbf: inSeconds(60) })],
    ['a token of another issuer', () => matrix.as('admin', '*', { iss: 'https://evil.example' })],
    ['a token for another audience', () => matrix.as('admin', '*', { aud: 'other' })],
    [
      'a token with another key',
      () => bearer(signToken({ key: foreign.privateKey, kid: 'mine', claims: { roles: ['admin'] } })),
    ],
    ['an unsigned token', () => bearer(signToken({ alg: 'none', key: '', kid: 'mine', claims: { roles: ['admin'] } }))],
    [
      'a token signed with the public key',
      () =>
        bearer(
          signToken({
            alg: 'HS256',
            kid: 'mine',
            key: matrix.key.publicKey.export({ type: 'spki', format: 'pem' }),
          }),
        ),
    ],
    ['an expired API key', () => bearer(expiredKey?.key ?? '')],
    ['a revoked API key', () => ({ 'x-api-key': revokedKey?.key ?? '' })],
    ['an invented API key', () => bearer(`tsk_${'0'.repeat(12)}_${'A'.repeat(43)}`)],
  ])('answers 401 to %s', async (who, headers) => {
    const wrong = await wrongAmong(
      matrix.withEach([who]),
      (operation) => matrix.send(operation, headers()),
      ({ status, errorCode, text }) => status === 401 && errorCode === 'TSK_UNAUTHENTICATED' && !text.includes(MARKER),
    );
    expect(wrong).toEqual([]);
  });

  it('answers 403, naming its permission, to every role without it', async () => {
    const cases = matrix
      .withEach(['nothing', ...ALL_PERMISSIONS.map((permission) => `only ${permission}`)])
      .filter(([{ permission }, role]) => role !== `only ${permission}`);
    cases.push(...matrix.operations.map((operation): Case<string> => [operation, `all but ${operation.permission}`]));
    const wrong = await wrongAmong(
      cases,
      (operation, role) => matrix.send(operation, matrix.as(role)),
      (answer, { permission }) => answer.status === 403 && answer.permission === permission,
    );
    expect(wrong).toEqual([]);
  }, 120_000);

  it('is open to the role that has its permission, and to the one that has all', async () => {
    const cases = matrix.operations.flatMap((operation): Case<string>[] => [
      [operation, `only ${operation.permission}`],
      [operation, 'admin'],
    ]);
    const wrong = await wrongAmong(
      cases,
      (operation, role) => matrix.send(operation, matrix.as(role)),
      // A second permission, which the body asks for, is another matter.
      ({ status, permission }, operation, role) =>
        status < 500 && status !== 401 && (status !== 403 || (role !== 'admin' && permission !== operation.permission)),
    );
    expect(wrong).toEqual([]);
  }, 120_000);
});
