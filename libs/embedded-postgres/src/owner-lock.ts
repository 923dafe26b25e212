import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { EmbeddedPostgresError } from './errors';
import { processIdentity } from './process-identity';

/**
 * Makes this process the owner of a data directory, until it calls the returned function or dies.
 *
 * The lock is a file that names its owner; one whose owner is dead is taken over.
 *
 * @param file path of the lock file
 * @param directory what it locks, for the error
 * @returns gives the lock back
 * @throws {EmbeddedPostgresError} TSK_PG_IN_USE when the owner is alive
 * @internal
 */
export function acquireOwnerLock(file: string, directory: string): () => void {
  const claim = `${process.pid} ${processIdentity(process.pid) ?? ''}`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, claim);
  try {
    while (!linkExclusively(draft, file)) {
      const holder = read(file);
      if (holder === undefined) continue;
      if (isHeld(holder)) throw inUse(directory, holder);
      discard(file, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (read(file) === claim) rmSync(file, { force: true });
  };
}

/** Whether a living process holds the lock. @internal */
export function isLocked(file: string): boolean {
  const holder = read(file);
  return holder !== undefined && isHeld(holder);
}

/** Linking, unlike writing, makes the file appear with its content: nobody can read it half-written. */
function linkExclusively(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(claim: string): boolean {
  const [pid, ...identity] = claim.split(' ');
  return processIdentity(Number(pid)) === identity.join(' ');
}

/** Moves a dead owner's lock away, and puts it back if another process has replaced it in between. */
function discard(file: string, dead: string): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return; // Somebody else has discarded it.
  }
  if (read(aside) !== dead) linkExclusively(aside, file);
  rmSync(aside, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function inUse(directory: string, holder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'TSK_PG_IN_USE',
    `Process ${holder.split(' ')[0]} runs a PostgreSQL on ${directory}.`,
    'Stop that process, use another dataDir, or connect to its server by DATABASE_URL.',
  );
}
