import { Logger } from '@nestjs/common';
import { JwksKeys } from '../../src/auth/jwks-keys';
import { ecKey, rsaKey, TokenIssuer } from './support/token-issuer';

const MINUTE = 60_000;
const [first, second, elliptic] = [rsaKey('first'), rsaKey('second'), ecKey('elliptic', 'P-256')];

let issuer: TokenIssuer;
let now: number;
let keys: JwksKeys;
let port: number;

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  issuer = new TokenIssuer();
  issuer.publish(first);
  now = 0;
  const url = await issuer.listen();
  port = Number(new URL(url).port);
  keys = new JwksKeys(url, () => now);
});
afterEach(() => issuer.close());

const has = async (id: string | undefined, algorithm = 'RS256'): Promise<boolean> =>
  (await keys.find(id, algorithm)) !== undefined;

/** Until the request in the background has been answered; a failing answer shows as a time-out. */
async function untilAsked(times: number): Promise<void> {
  while (issuer.asked < times) await new Promise(setImmediate);
}

describe('the keys of an issuer', () => {
  it('are taken up when it signs with a new one', async () => {
    expect(await has('first')).toBe(true);
    issuer.publish(first, second);
    now = 10_000;
    expect(await has('second')).toBe(true);
    expect(await has('first')).toBe(true);
    expect(issuer.asked).toBe(2);
  });

  it('are asked for at most every ten seconds because of an unknown id', async () => {
    expect(await has('second')).toBe(false);
    issuer.publish(second);
    now = 9_999;
    expect(await has('second')).toBe(false);
    now = 10_000;
    expect(await has('second')).toBe(true);
  });

  it('are forgotten when it withdraws them, after ten minutes', async () => {
    expect(await has('first')).toBe(true);
    issuer.publish(second);
    now = 10 * MINUTE - 1;
    expect(await has('first')).toBe(true);
    now = 10 * MINUTE;
    expect(await has('first')).toBe(true);
    await untilAsked(2);
    expect(await has('second')).toBe(true);
    expect(await has('first')).toBe(false);
  });

  it('are asked for before anybody is let in after a long silence', async () => {
    expect(await has('first')).toBe(true);
    issuer.publish(second);
    now = 20 * MINUTE;
    expect(await has('first')).toBe(false);
  });

  it('go on being accepted for a day while it is away, and are accepted again when it is back', async () => {
    expect(await has('first')).toBe(true);
    await issuer.close();
    now = 24 * 60 * MINUTE;
    expect(await has('first')).toBe(true);
    await expect(keys.find('second', 'RS256')).rejects.toMatchObject({ kind: 'busy', statusCode: 503 });
    now += 1;
    await expect(keys.find('first', 'RS256')).rejects.toMatchObject({ kind: 'busy' });
    await issuer.listen(port);
    now += 10_000;
    expect(await has('first')).toBe(true);
  });

  it.each([
    ['an error', () => (issuer.status = 500)],
    ['no list', () => (issuer.published = undefined as never)],
  ])('stay as they were when it answers with %s', async (_what, fail) => {
    expect(await has('first')).toBe(true);
    fail();
    now = 20 * MINUTE;
    expect(await has('first')).toBe(true);
  });

  it('are found without an id when there is only one', async () => {
    expect(await has(undefined)).toBe(true);
    issuer.publish(first, second);
    now = 20 * MINUTE;
    expect(await has(undefined)).toBe(false);
  });

  it('fit only the algorithms of their kind, and the one they are published for', async () => {
    issuer.publish(first, elliptic);
    expect(await has('first', 'RS512')).toBe(true);
    expect(await has('first', 'HS256')).toBe(false);
    expect(await has('first', 'ES256')).toBe(false);
    expect(await has('elliptic', 'ES256')).toBe(true);
    expect(await has('elliptic', 'ES384')).toBe(false);
    issuer.published = issuer.published.map((jwk) => ({ ...jwk, alg: 'RS384' }));
    now = 20 * MINUTE;
    expect(await has('first', 'RS256')).toBe(false);
    expect(await has('first', 'RS384')).toBe(true);
  });

  it('are not those for encryption, nor those nobody knows, nor secrets', async () => {
    const [jwk] = issuer.published;
    issuer.published = [
      { ...jwk, use: 'enc' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' },
      { kty: 'unknown', kid: 'unknown' },
      { ...jwk, kid: 'good' },
    ];
    expect(await Promise.all(['first', 'secret', 'unknown', 'good'].map((id) => has(id)))).toEqual([
      ...[false, false, false, true],
    ]);
    expect(await has('secret', 'HS256')).toBe(false);
  });
});
