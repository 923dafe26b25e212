import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { isTaskerError } from '@tasker/core';
import { checkAuthOptions } from './check-auth-options';
import type { JwtOptions, TaskerAuthModuleOptions } from './tasker-auth-options.interface';

/** Both keys of a pair, as files have them. */
const inPem = ({ publicKey, privateKey }: KeyPairKeyObjectResult) => ({
  publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
});
const rsa = inPem(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const short = inPem(generateKeyPairSync('rsa', { modulusLength: 1024 }));
const p256 = inPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const ed25519 = inPem(generateKeyPairSync('ed25519'));
const SECRET = 's'.repeat(32);
const PARTIES = { issuer: 'https://login.example', audience: 'shop' };

function faultsOf(options: unknown): string[] {
  try {
    checkAuthOptions(options as TaskerAuthModuleOptions);
    return [];
  } catch (error) {
    if (!isTaskerError(error)) throw error;
    return error.details.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('checkAuthOptions', () => {
  it.each<[string, JwtOptions]>([
    ['a secret', { secret: SECRET }],
    ['a secret and an algorithm', { secret: SECRET, algorithms: ['HS512'], ...PARTIES, clockToleranceSeconds: 300 }],
    ['an RSA key', { publicKey: rsa.publicKey, algorithms: ['RS256', 'RS512'], ...PARTIES }],
    ['an EC key', { publicKey: p256.publicKey, algorithms: ['ES256'], ...PARTIES }],
    ['an address', { jwksUrl: 'https://login.example/jwks', algorithms: ['RS256', 'ES384'], ...PARTIES }],
    ['an address on this machine', { jwksUrl: 'http://127.0.0.1:9/jwks', ...PARTIES, claims: { roles: 'a.b' } }],
  ])('accepts %s', (_what, jwt) => {
    expect(faultsOf({ jwt })).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, 'accepts no credentials'],
    ['unknown options', { apikeys: true, apiKeys: true }, 'apikeys: unknown option; did you mean "apiKeys"?'],
    [
      'unknown options of jwt',
      { jwt: { secret: SECRET, isuer: 'x' } },
      'jwt.isuer: unknown option; did you mean "issuer"?',
    ],
    ['unknown claims', { jwt: { secret: SECRET, claims: { role: 'x' } } }, 'jwt.claims.role: unknown option'],
    ['no key', { jwt: {} }, 'jwt: needs exactly one of secret, publicKey, jwksUrl'],
    ['two keys', { jwt: { secret: SECRET, publicKey: rsa.publicKey } }, 'jwt: needs exactly one of'],
    ['a short secret', { jwt: { secret: 's'.repeat(31) } }, 'jwt.secret: must have at least 32 bytes'],
    ['a public key as secret', { jwt: { secret: rsa.publicKey } }, 'jwt.secret: is a key in PEM'],
    ['a private key', { jwt: { publicKey: rsa.privateKey, ...PARTIES } }, 'jwt.publicKey: must be a public key in PEM'],
    ['a text as key', { jwt: { publicKey: 'key', ...PARTIES } }, 'jwt.publicKey: must be a public key in PEM'],
    ['a short RSA key', { jwt: { publicKey: short.publicKey, ...PARTIES } }, 'at least 2048 bits'],
    ['a key of another kind', { jwt: { publicKey: ed25519.publicKey, ...PARTIES } }, 'must be an RSA key'],
    ['clear text', { jwt: { jwksUrl: 'http://login.example/jwks', ...PARTIES } }, 'jwt.jwksUrl: must be an https URL'],
    ['no address', { jwt: { jwksUrl: 'login', ...PARTIES } }, 'jwt.jwksUrl: must be an https URL'],
    [
      'HS with a public key',
      { jwt: { publicKey: rsa.publicKey, algorithms: ['HS256'], ...PARTIES } },
      'jwt.algorithms[0]',
    ],
    [
      'HS with an address',
      { jwt: { jwksUrl: 'https://l/j', algorithms: ['RS256', 'HS256'], ...PARTIES } },
      'jwt.algorithms[1]',
    ],
    [
      'RS with a secret',
      { jwt: { secret: SECRET, algorithms: ['RS256'] } },
      'jwt.algorithms[0]: must be some of HS256',
    ],
    ['none', { jwt: { secret: SECRET, algorithms: ['none'] } }, 'jwt.algorithms[0]'],
    ['no algorithm', { jwt: { secret: SECRET, algorithms: [] } }, 'jwt.algorithms: must be some of'],
    [
      'one of another curve',
      { jwt: { publicKey: p256.publicKey, algorithms: ['ES384'], ...PARTIES } },
      'some of ES256',
    ],
    ['no issuer', { jwt: { publicKey: rsa.publicKey, audience: 'shop' } }, 'jwt.issuer: is required'],
    ['no audience', { jwt: { jwksUrl: 'https://l/j', issuer: 'l' } }, 'jwt.audience: is required'],
    [
      'a wild clock',
      { jwt: { secret: SECRET, clockToleranceSeconds: 301 } },
      'jwt.clockToleranceSeconds: must be an integer',
    ],
    ['an apiKeys of another type', { apiKeys: 'yes' }, 'apiKeys: must be true or false'],
  ])('refuses %s', (_what, options, fault) => {
    expect(faultsOf(options)).toContainEqual(expect.stringContaining(fault));
  });

  it('shows no secret', () => {
    expect(faultsOf({ jwt: { secret: 'hunter2', publicKey: 'hunter2', jwksUrl: 'hunter2' } }).join()).not.toContain(
      'hunter2',
    );
  });
});
