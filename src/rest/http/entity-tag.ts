import { createHash } from 'node:crypto';
import { TaskerError } from '@tasker/core';

/**
 * A tag that changes with anything in the body. It starts with the version that operators' acts count, which is all
 * that `If-Match` compares: what the engine does meanwhile is no reason to refuse an operator.
 *
 * @internal
 */
export function entityTag(lockVersion: number, body: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 16);
  return `"v${lockVersion}-${digest}"`;
}

/** Whether the caller has this body already. @internal */
export const isKnown = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((known) => known.trim().replace(/^W\//, '') === tag));

/**
 * The version in an `If-Match` header: of a tag of ours, or just its number.
 *
 * @returns undefined for none, and for `*`, which matches whatever there is
 * @throws {TaskerError} TSK_REQUEST_INVALID
 * @internal
 */
export function versionIn(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const [, version] = /^(?:W\/)?"?v?(\d{1,9})(?:-[\w-]*)?"?$/.exec(ifMatch.trim()) ?? [];
  if (version !== undefined) return Number(version);
  throw new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', {
    details: [{ path: 'If-Match', message: 'must be the ETag of the task' }],
  });
}
