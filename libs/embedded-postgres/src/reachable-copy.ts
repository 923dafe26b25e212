import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * A copy of a PostgreSQL that the server's account may not reach, in a directory that it may: its programs find their
 * libraries and data beside themselves. What was copied before is used again.
 *
 * @param binDir where its programs are; their parent is copied
 * @param place a directory of ours that the account may enter
 * @returns the directory of the programs in the copy
 * @internal
 */
export function reachableCopy(binDir: string, place: string): string {
  const copy = join(place, 'postgresql');
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}.draft`;
    try {
      cpSync(dirname(binDir), draft, { recursive: true, verbatimSymlinks: true });
      openToAll(draft);
      renameSync(draft, copy);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
  }
  return join(copy, basename(binDir));
}

/** Whoever may enter may read; what its owner may run, all may. */
function openToAll(path: string): void {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return;
  chmodSync(path, entry.mode | (entry.isDirectory() || (entry.mode & 0o100) !== 0 ? 0o555 : 0o444));
  if (entry.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}
