import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import type { JwtAlgorithm } from './tasker-auth-options.interface';

/** All algorithms that can be allowed, by the kind of key they need. `none` is not among them and never will be. */
const BY_KIND = {
  secret: ['HS256', 'HS384', 'HS512'],
  rsa: ['RS256', 'RS384', 'RS512'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
} as const satisfies Record<string, readonly JwtAlgorithm[]>;

const CURVES: Readonly<Record<string, 'P-256' | 'P-384' | 'P-521'>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** Shorter ones can be searched, and jsonwebtoken refuses them as late as at the first token. */
const MIN_RSA_BITS = 2048;

/** Those of the keys an issuer publishes: public keys, so never a symmetric one. */
export const ASYMMETRIC: readonly JwtAlgorithm[] = [
  ...[...BY_KIND.rsa, ...BY_KIND['P-256'], ...BY_KIND['P-384'], ...BY_KIND['P-521']],
];

/** The algorithms a key can verify; none for a kind or size of key that is not accepted. */
export function algorithmsOf(key: KeyObject): readonly JwtAlgorithm[] {
  if (key.type === 'secret') return BY_KIND.secret;
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return modulusLength >= MIN_RSA_BITS ? BY_KIND.rsa : [];
  const curve = key.asymmetricKeyType === 'ec' ? CURVES[namedCurve] : undefined;
  return curve ? BY_KIND[curve] : [];
}

/** Undefined for a text that is no PEM of a public key; a private key has no business here. */
export function publicKeyOf(pem: string): KeyObject | undefined {
  if (pem.includes('PRIVATE KEY')) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** The shared secret, as its UTF-8 bytes. */
export const secretKeyOf = (secret: string): KeyObject => createSecretKey(Buffer.from(secret));
