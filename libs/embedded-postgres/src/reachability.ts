import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './account';

/**
 * The outermost directory on the way to `path` that `account` may not enter, `path` itself included.
 *
 * Typical culprit: a home directory with mode 0700. Reads permission bits, not access control lists.
 *
 * @param path an existing directory
 * @returns `undefined` when all may be entered
 * @internal
 */
export function closedDirectory(path: string, account: Account): string | undefined {
  if (account.uid === undefined) return undefined;
  return ancestors(realpathSync(path)).find((directory) => !mayEnter(directory, account));
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}

/** The server runs without supplementary groups, so owner, group and others are the whole story. */
function mayEnter(directory: string, account: Account): boolean {
  const { uid, gid, mode } = statSync(directory);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
