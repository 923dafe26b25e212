import { createSecretKey } from 'node:crypto';
import { bearer, bootGuarded, PLATFORMS, type GuardedApp } from './support/guarded-app';
import { AUDIENCE, BEYOND_DOUBLES, inSeconds, ISSUER, signToken, type TokenParts } from './support/sign-token';
import { ecKey, rsaKey, TokenIssuer } from './support/token-issuer';

const SECRET = 'a secret of more than thirty-two bytes';
const ROLES = { viewer: ['tasker.*:index', 'tasker.*:show'] };
const mine = rsaKey('mine');
const foreign = rsaKey('mine');
const pem = mine.publicKey.export({ type: 'spki', format: 'pem' }) as string;

let app: GuardedApp;

/** Everything is as it should be but for what is given. */
const token = (parts: Partial<TokenParts> = {}, claims: Record<string, unknown> = {}): string =>
  signToken({ key: mine.privateKey, ...parts, claims: { roles: ['viewer'], ...claims } });

describe.each(PLATFORMS)('with a public key on %s', (_platform, adapter) => {
  beforeAll(async () => {
    const jwt = { publicKey: pem, issuer: ISSUER, audience: AUDIENCE, clockToleranceSeconds: 10 };
    app = await bootGuarded({ adapter, auth: { jwt, roles: ROLES } });
  });
  afterAll(() => app.close());

  it('knows who calls', async () => {
    const response = await fetch(app.url, { headers: bearer(token({}, { aud: ['other', AUDIENCE] })) });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ id: 'ann', permissions: ROLES.viewer, namespaces: '*', roles: ['viewer'] });
  });

  it.each(['bearer', 'BEARER', 'Bearer '])('understands the scheme written as "%s"', async (scheme) => {
    expect(await app.status({ authorization: `${scheme} ${token()}` })).toBe(200);
  });

  it.each([
    ['expired within the tolerance', { exp: inSeconds(-5) }],
    ['not yet valid within the tolerance', { nbf: inSeconds(5) }],
  ])('lets in a token %s', async (_what, claims) => {
    expect(await app.status(bearer(token({}, claims)))).toBe(200);
  });

  /** The signature of one token on the claims of another that is good but for its subject. */
  const tampered = (): string => {
    const [header, , signature] = token().split('.');
    return [header, token({}, { sub: 'eve' }).split('.')[1], signature].join('.');
  };
  const unsigned = (alg: string): string => `${token({ alg }).split('.').slice(0, 2).join('.')}.`;

  it.each<[string, () => string]>([
    ['expired', () => token({}, { exp: inSeconds(-11) })],
    ['without an end', () => token({}, { exp: undefined })],
    ['with an end that never comes', () => token({}, { exp: BEYOND_DOUBLES })],
    ['with an end that is no number', () => token({}, { exp: 'never' })],
    ['not yet valid', () => token({}, { nbf: inSeconds(20) })],
    ['of another issuer', () => token({}, { iss: 'https://evil.example' })],
    ['of no issuer', () => token({}, { iss: undefined })],
    ['for another audience', () => token({}, { aud: 'other' })],
    ['for no audience', () => token({}, { aud: undefined })],
    ['without a subject', () => token({}, { sub: undefined })],
    ['signed with another key', () => token({ key: foreign.privateKey })],
    ['changed after it was signed', tampered],
    ['signed with HS256 and the public key', () => token({ alg: 'HS256', key: pem })],
    ['signed with HS256 and the trimmed public key', () => token({ alg: 'HS256', key: pem.trim() })],
    [
      'signed with HS256 and the key in DER',
      () => token({ alg: 'HS256', key: mine.publicKey.export({ type: 'spki', format: 'der' }) }),
    ],
    ['without a signature', () => `${token().split('.').slice(0, 2).join('.')}.`],
    ['with alg none', () => unsigned('none')],
    ['with alg None', () => unsigned('None')],
    ['with alg nOnE and a signature', () => `${unsigned('nOnE')}AAAA`],
    ['that is none', () => 'not-a-token'],
    ['of dots', () => '...'],
    ['with a header that is no JSON', () => `e30x.${token().split('.').slice(1).join('.')}`],
    ['with a header that is a list', () => `W10.${token().split('.').slice(1).join('.')}`],
    ['in five parts', () => 'a.b.c.d.e'],
    ['like an API key', () => `tsk_${'0'.repeat(12)}_${'A'.repeat(43)}`],
  ])('refuses a token %s', async (_what, make) => {
    const response = await fetch(app.url, { headers: bearer(make()) });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="tasker"');
    expect(await response.json()).toEqual({ statusCode: 401, message: 'No valid credentials were sent.' });
  });

  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['a token without a scheme', { authorization: token() }],
    ['another scheme', { authorization: `Basic ${token()}` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['two tokens', { authorization: `Bearer ${token()} ${token()}` }],
    ['a cookie', { cookie: `authorization=Bearer ${token()}` }],
  ])('refuses %s', async (_what, headers) => {
    expect(await app.status(headers)).toBe(401);
  });

  it.each(['?access_token=', '?token=', '?authorization=Bearer%20'])(
    'takes no token from the address: %s',
    async (query) => {
      expect(await app.status({}, query + token())).toBe(401);
    },
  );

  it('refuses what the roles do not grant', async () => {
    const response = await fetch(app.url, { method: 'POST', headers: bearer(token()) });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ message: 'The permission tasker.task:create is missing.' });
    expect(await app.status(bearer(token({}, { roles: ['baker', '*'] })))).toBe(403);
  });

  it('keeps closed what names no permission', async () => {
    expect(await app.status(bearer(token()), '/forgotten')).toBe(403);
    expect(await app.status({}, '/forgotten')).toBe(403);
  });

  it('keeps callers apart that come together', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `caller-${index}`);
    const answers = names.map(async (sub) => {
      const response = await fetch(app.url, { headers: bearer(token({}, { sub })) });
      return ((await response.json()) as { id: string }).id;
    });
    expect(await Promise.all(answers)).toEqual(names);
  });
});

describe('with a secret', () => {
  afterEach(() => app.close());

  it.each(['HS256', 'HS384', 'HS512'])('accepts %s', async (alg) => {
    app = await bootGuarded({ auth: { jwt: { secret: SECRET }, roles: ROLES } });
    expect(await app.status(bearer(token({ alg, key: SECRET })))).toBe(200);
    expect(await app.status(bearer(token({ alg, key: `${SECRET}!` })))).toBe(401);
    expect(await app.status(bearer(token({ alg: 'RS256' })))).toBe(401);
  });

  it('accepts the algorithms that are allowed, no other', async () => {
    app = await bootGuarded({ auth: { jwt: { secret: SECRET, algorithms: ['HS512'] }, roles: ROLES } });
    expect(await app.status(bearer(token({ alg: 'HS512', key: createSecretKey(Buffer.from(SECRET)) })))).toBe(200);
    expect(await app.status(bearer(token({ alg: 'HS256', key: SECRET })))).toBe(401);
  });
});

describe('with the keys an issuer publishes', () => {
  const keys = {
    old: rsaKey('old'),
    p256: ecKey('p256', 'P-256'),
    p384: ecKey('p384', 'P-384'),
    p521: ecKey('p521', 'P-521'),
  };
  const signed = (
    key: { kid: string; privateKey: TokenParts['key'] },
    alg: string,
    kid = key.kid,
  ): Record<string, string> => bearer(token({ key: key.privateKey, alg, kid }));
  let issuer: TokenIssuer;

  beforeEach(async () => {
    issuer = new TokenIssuer();
    issuer.publish(...Object.values(keys));
    const jwt = { jwksUrl: await issuer.listen(), issuer: ISSUER, audience: AUDIENCE };
    app = await bootGuarded({ auth: { jwt, roles: ROLES } });
  });
  afterEach(async () => {
    await app.close();
    await issuer.close();
  });

  it('asks for them once, when they are first needed, however many call', async () => {
    expect(issuer.asked).toBe(0);
    const callers = [signed(keys.old, 'RS256'), signed(keys.old, 'RS512'), signed(keys.p256, 'ES256')];
    callers.push(signed(keys.p384, 'ES384'), signed(keys.p521, 'ES512'));
    expect(await Promise.all(callers.map((headers) => app.status(headers)))).toEqual([200, 200, 200, 200, 200]);
    expect(issuer.asked).toBe(1);
  });

  it.each<[string, () => Record<string, string>]>([
    ['an id that is not published', () => signed(keys.old, 'RS256', 'other')],
    ['the id of another key', () => signed(keys.old, 'ES256', 'p256')],
    ['an algorithm of another curve', () => signed(keys.p256, 'ES384')],
    ['no id, although there are several keys', () => bearer(token({ key: keys.old.privateKey }))],
    [
      'HS256 and the published key',
      () =>
        bearer(
          token({
            alg: 'HS256',
            kid: 'old',
            key: keys.old.publicKey.export({ type: 'spki', format: 'pem' }) as string,
          }),
        ),
    ],
    ['alg none', () => bearer(token({ alg: 'none', kid: 'old' }))],
    ['a key it brings itself', () => bearer(token({ key: foreign.privateKey, kid: 'old' }))],
  ])('refuses a token with %s', async (_what, headers) => {
    expect(await app.status(signed(keys.old, 'RS256'))).toBe(200);
    expect(await app.status(headers())).toBe(401);
  });

  it('asks no more for ids that are invented', async () => {
    for (let index = 0; index < 20; index++) await app.status(signed(keys.old, 'RS256', `invented-${index}`));
    expect(issuer.asked).toBe(1);
    expect(await app.status(signed(keys.old, 'RS256'))).toBe(200);
  });

  it('answers 503 while it knows no keys, not 401', async () => {
    issuer.status = 500;
    const response = await fetch(app.url, { headers: signed(keys.old, 'RS256') });
    expect(response.status).toBe(503);
  });
});
