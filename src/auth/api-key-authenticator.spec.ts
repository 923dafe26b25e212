import type { ApiKey, KeyVerdict } from '@tasker/postgres';
import { RoleMap } from '../access/role-map';
import { ApiKeyAuthenticator, REMEMBERED_MS } from './api-key-authenticator';

const KEY = {
  id: 3,
  name: 'deploy',
  roles: ['viewer'],
  permissions: ['tasker.task:create'],
  namespaces: ['shop'],
} as unknown as ApiKey;

describe('ApiKeyAuthenticator', () => {
  let now: number;
  let answer: KeyVerdict;
  let asked: string[];
  let keys: ApiKeyAuthenticator;

  beforeEach(() => {
    [now, answer, asked] = [0, { valid: true, key: KEY }, []];
    const verify = (key: string) => {
      asked.push(key);
      return Promise.resolve(answer);
    };
    keys = new ApiKeyAuthenticator({ verify }, new RoleMap({ viewer: ['tasker.*:index'] }), () => now);
  });

  it('grants what the roles of the key and the key itself allow', async () => {
    expect(await keys.verify('k')).toEqual({
      principal: {
        ...{ id: 'key:deploy#3', roles: ['viewer'], namespaces: ['shop'] },
        permissions: ['tasker.*:index', 'tasker.task:create'],
      },
    });
  });

  it('asks once in a while, so that a revocation is noticed by then', async () => {
    await keys.verify('k');
    answer = { valid: false, reason: 'revoked' };
    now = REMEMBERED_MS - 1;
    expect(await keys.verify('k')).toHaveProperty('principal');
    now = REMEMBERED_MS;
    expect(await keys.verify('k')).toEqual({ refused: 'API key: revoked' });
    expect(asked).toHaveLength(2);
  });

  it('remembers no key beyond its end', async () => {
    answer = { valid: true, key: { ...KEY, expiresAt: new Date(5) } };
    await keys.verify('k');
    now = 5;
    answer = { valid: false, reason: 'expired' };
    expect(await keys.verify('k')).toEqual({ refused: 'API key: expired' });
  });

  it('remembers no refusal', async () => {
    answer = { valid: false, reason: 'unknown' };
    await keys.verify('k');
    answer = { valid: true, key: KEY };
    expect(await keys.verify('k')).toHaveProperty('principal');
  });

  it('remembers a thousand keys, not more', async () => {
    for (let key = 0; key <= 1_000; key++) await keys.verify(`k${key}`);
    await keys.verify('k1');
    expect(asked).toHaveLength(1_001);
    await keys.verify('k0');
    expect(asked).toHaveLength(1_002);
  });
});
