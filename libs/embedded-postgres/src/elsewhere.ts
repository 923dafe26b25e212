import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account';
import { isLocked } from './owner-lock';
import { closedDirectory } from './reachability';
import { hasServer } from './stale-server';

/** Survives a restart of the machine, unlike the usual place for temporary files. */
const KEPT = '/var/tmp';
const PLACE = /^embedded-postgres-[0-9a-f]{16}$/;
/** In the data directory: where its data is. Whoever removes the directory removes this, and so the data. */
const POINTER = 'kept-elsewhere.txt';
/** In the place: whose data it is. */
const ORIGIN = 'kept-for.txt';

/**
 * A place for data whose own directory the account may not enter, such as one in the home of root: always the same for the
 * same directory, so that the data is found again. Places whose directories are gone are removed on the way.
 *
 * @param root the directory; it exists, and is told where its data is
 * @returns undefined when there is none that the account may enter and only we may write to
 * @internal
 */
export function placeElsewhere(root: string, account: Account): string | undefined {
  const base = [KEPT, tmpdir()].find((candidate) => existsSync(candidate) && !closedDirectory(candidate, account));
  if (base === undefined) return undefined;
  removeForsaken(base);
  const place = join(base, `embedded-postgres-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
  // The pointer first: without it another process would take the place for forsaken.
  writeFileSync(join(root, POINTER), `${place}\n`);
  if (!existsSync(place)) mkdirSync(place);
  if (!isOurs(place)) return undefined;
  chmodSync(place, 0o755);
  writeFileSync(join(place, ORIGIN), `${root}\n`);
  return place;
}

/** Anybody may make a directory there before we do. */
function isOurs(place: string): boolean {
  const found = lstatSync(place);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function removeForsaken(base: string): void {
  for (const name of readdirSync(base).filter((entry) => PLACE.test(entry))) {
    const place = join(base, name);
    if (isForsaken(place)) rmSync(place, { recursive: true, force: true });
  }
}

/** Another process may be removing it at the same time. */
function isForsaken(place: string): boolean {
  try {
    if (!isOurs(place)) return false;
    const origin = firstLine(join(place, ORIGIN));
    if (origin === undefined || firstLine(join(origin, POINTER)) === place) return false;
    return !isLocked(join(place, 'owner.lock')) && !hasServer(join(place, 'cluster'));
  } catch {
    return false;
  }
}

function firstLine(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n')[0] : undefined;
}
