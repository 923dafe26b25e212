import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const PREFIX_BYTES = 6;
const KEY = /^(tsk_[0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** A new key, and the part of it that may be stored and shown. */
export function newKey(): { key: string; prefix: string } {
  const prefix = `tsk_${randomBytes(PREFIX_BYTES).toString('hex')}`;
  return { prefix, key: `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}` };
}

/** The part of a key it is found by; undefined when the text is no key. */
export const prefixOf = (key: string): string | undefined => KEY.exec(key)?.[1];

/** Of the whole text, so that it can be compared in constant time. */
export const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/**
 * Whether a bearer token means to be an API key.
 *
 * @public
 */
export const looksLikeApiKey = (token: string): boolean => token.startsWith('tsk_');
