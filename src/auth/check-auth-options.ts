import { TaskerError, type Fault } from '@tasker/core';
import {
  dictionary,
  integer,
  isRecord,
  section,
  text,
  type Faults,
  type OptionReader,
} from '../options/option-readers';
import { ASYMMETRIC, algorithmsOf, publicKeyOf, secretKeyOf } from './jwt-keys';
import type { JwtAlgorithm, JwtOptions, TaskerAuthModuleOptions } from './tasker-auth-options.interface';

const MAX_TOLERANCE_SECONDS = 300;
const MIN_SECRET_BYTES = 32;
const MAX_TEXT_BYTES = 16_384;
const KEYS = ['secret', 'publicKey', 'jwksUrl'] as const;

const optional = text(MAX_TEXT_BYTES, undefined);
const anything: OptionReader<unknown> = (value) => value;

const readOptions = section<Record<keyof TaskerAuthModuleOptions, unknown>>({
  roles: anything,
  jwt: (value, path, faults) => (value === undefined ? undefined : readJwt(value, path, faults)),
  apiKeys: (value, path, faults) => {
    if (value !== undefined && typeof value !== 'boolean') faults.push({ path, message: 'must be true or false' });
  },
});

const readJwt = section<Record<keyof JwtOptions, unknown>>({
  ...{ secret: optional, publicKey: optional, jwksUrl: optional, issuer: optional, audience: optional },
  algorithms: anything,
  clockToleranceSeconds: integer(0, MAX_TOLERANCE_SECONDS, 0),
  claims: (value, path, faults) => readClaims(dictionary({})(value, path, faults), path, faults),
});

const readClaims = section({ subject: optional, roles: optional, permissions: optional, namespaces: optional });

/**
 * Checks everything at boot that would otherwise be found by the first caller, or never. Secrets are never shown.
 *
 * @throws {TaskerError} TSK_OPTIONS_INVALID with every fault
 * @internal
 */
export function checkAuthOptions(options: TaskerAuthModuleOptions): void {
  const faults: Faults = [];
  readOptions(options, '', faults);
  if (isRecord(options.jwt)) faults.push(...keyFaults(options.jwt));
  if (options.jwt === undefined && options.apiKeys !== true) {
    faults.push({ path: '', message: 'accepts no credentials: give jwt, or apiKeys: true' });
  }
  if (faults.length === 0) return;
  throw new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerAuthModule are invalid.', { details: faults });
}

function keyFaults(jwt: JwtOptions): Fault[] {
  const given = KEYS.filter((name) => jwt[name] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    return [{ path: 'jwt', message: `needs exactly one of ${KEYS.join(', ')}; is an environment variable unset?` }];
  }
  const faults = { secret: secretFaults, publicKey: publicKeyFaults, jwksUrl: urlFaults }[kind](jwt[kind] ?? '');
  const usable = faults.length > 0 ? undefined : usableAlgorithms(jwt);
  return [...faults, ...(usable ? algorithmFaults(jwt, usable) : []), ...(kind === 'secret' ? [] : partyFaults(jwt))];
}

function secretFaults(secret: string): Fault[] {
  const path = 'jwt.secret';
  if (secret.includes('-----BEGIN')) {
    // Verifying HS tokens with a text everybody may read would let everybody sign them.
    return [{ path, message: 'is a key in PEM, which others may have: give a public key as publicKey' }];
  }
  if (Buffer.byteLength(secret) >= MIN_SECRET_BYTES) return [];
  return [{ path, message: `must have at least ${MIN_SECRET_BYTES} bytes; make one with: openssl rand -base64 48` }];
}

function publicKeyFaults(pem: string): Fault[] {
  const path = 'jwt.publicKey';
  const key = publicKeyOf(pem);
  if (!key) return [{ path, message: 'must be a public key in PEM' }];
  if (algorithmsOf(key).length > 0) return [];
  return [{ path, message: 'must be an RSA key of at least 2048 bits, or an EC key on P-256, P-384 or P-521' }];
}

/** Keys fetched in clear text are whatever somebody on the way says they are. */
function urlFaults(value: string): Fault[] {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const local = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && local)) return [];
  return [{ path: 'jwt.jwksUrl', message: 'must be an https URL' }];
}

function usableAlgorithms({ secret, publicKey }: JwtOptions): readonly JwtAlgorithm[] {
  if (secret !== undefined) return algorithmsOf(secretKeyOf(secret));
  const key = publicKey === undefined ? undefined : publicKeyOf(publicKey);
  return key ? algorithmsOf(key) : ASYMMETRIC;
}

function algorithmFaults({ algorithms }: JwtOptions, usable: readonly string[]): Fault[] {
  if (algorithms === undefined) return [];
  const path = 'jwt.algorithms';
  const message = `must be some of ${usable.join(', ')}, which fit the key`;
  if (!Array.isArray(algorithms) || algorithms.length === 0) return [{ path, message }];
  return algorithms.flatMap((name: string, index) =>
    usable.includes(name) ? [] : [{ path: `${path}[${index}]`, message }],
  );
}

function partyFaults(jwt: JwtOptions): Fault[] {
  const missing = (['issuer', 'audience'] as const).filter((name) => jwt[name] === undefined);
  return missing.map((name) => ({
    path: `jwt.${name}`,
    message: 'is required with a public key: without it, tokens made for other applications would be accepted',
  }));
}
