import { createHash } from 'node:crypto';

/**
 * The result of a step as a digest of what it got from its parents, by name and in order: one wrong, missing or swapped
 * result changes those of all its descendants.
 */
export const resultOf = (key: string, step: string, parents: readonly (readonly [string, unknown])[]): string =>
  createHash('sha256')
    .update(JSON.stringify([key, step, parents]))
    .digest('base64url')
    .slice(0, 16);
