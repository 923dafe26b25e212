import { createHmac, sign, type KeyObject } from 'node:crypto';

/** Keys and claims of a token, good unless a test says otherwise. */
export interface TokenParts {
  alg?: string;
  kid?: string;
  key: KeyObject | string | Buffer;
  claims?: Record<string, unknown>;
}

export const ISSUER = 'https://login.example';
export const AUDIENCE = 'storefront';

/** Seconds since 1970, and some more. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

/** A token made by hand: no library refuses to make the bad ones. */
export function signToken({ alg = 'RS256', kid, key, claims = {} }: TokenParts): string {
  const payload = { sub: 'ann', iss: ISSUER, aud: AUDIENCE, iat: inSeconds(0), exp: inSeconds(60), ...claims };
  const text = [{ alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) }, payload].map(encode).join('.');
  return `${text}.${signature(alg, key, text)}`;
}

/** A number that JSON can write and JavaScript cannot. */
export const BEYOND_DOUBLES = '@1e400@';

const encode = (value: unknown): string =>
  Buffer.from(JSON.stringify(value).replaceAll(`"${BEYOND_DOUBLES}"`, '1e400')).toString('base64url');

function signature(alg: string, key: TokenParts['key'], text: string): string {
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(hash, key).update(text).digest('base64url');
  if (alg.startsWith('RS')) return sign(hash, Buffer.from(text), key).toString('base64url');
  if (alg.startsWith('ES')) {
    return sign(hash, Buffer.from(text), { key: key as KeyObject, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }
  return '';
}
