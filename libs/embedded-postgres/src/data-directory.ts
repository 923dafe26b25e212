import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Account } from './account';
import { placeElsewhere } from './elsewhere';
import { EmbeddedPostgresError } from './errors';
import { closedDirectory } from './reachability';

/**
 * What the launcher keeps on disk, with symbolic links resolved once it is open. The cluster has a level of its own,
 * because `initdb` wants an empty directory that belongs to the server's account, while the log and the lock belong to us.
 *
 * @internal
 */
export interface DataDirectory {
  root: string;
  cluster: string;
  logFile: string;
  lockFile: string;
  temporary: boolean;
}

/**
 * The layout of a data directory that need not exist yet.
 *
 * @internal
 */
export function layout(root: string, temporary = false): DataDirectory {
  const path = resolve(root);
  return {
    root: path,
    cluster: join(path, 'cluster'),
    logFile: join(path, 'server.log'),
    lockFile: join(path, 'owner.lock'),
    temporary,
  };
}

/**
 * Makes the data directory and sees to it that the server's account gets there.
 *
 * @param dataDir left out: a new temporary directory
 * @throws {EmbeddedPostgresError} TSK_PG_UNREACHABLE
 * @internal
 */
export function openDataDirectory(dataDir: string | undefined, account: Account): DataDirectory {
  if (dataDir === undefined) return openTemporary(account);
  makeWritable(dataDir, account);
  const directory = layout(realpathSync(dataDir));
  const closed = closedDirectory(directory.root, account);
  return closed ? openElsewhere(directory.root, closed, account) : directory;
}

function openElsewhere(root: string, closed: string, account: Account): DataDirectory {
  const place = placeElsewhere(root, account);
  if (place === undefined) throw unreachable(root, closed, account);
  return layout(realpathSync(place));
}

function makeWritable(directory: string, account: Account): void {
  try {
    const first = mkdirSync(directory, { recursive: true });
    // Whatever the umask: the account of the server must get through.
    if (first !== undefined && account.uid !== undefined) openWay(resolve(directory), resolve(first));
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'TSK_PG_UNREACHABLE',
      `This process cannot write to the data directory ${directory} (${(error as Error).message}).`,
      'Choose a dataDir that it may make or write to.',
      { cause: error },
    );
  }
}

function openWay(directory: string, first: string): void {
  chmodSync(directory, 0o755);
  if (directory !== first && directory !== dirname(directory)) openWay(dirname(directory), first);
}

function openTemporary(account: Account): DataDirectory {
  const bases = [tmpdir(), '/tmp'].filter((base) => existsSync(base));
  const base = bases.find((candidate) => !closedDirectory(candidate, account));
  if (!base) throw unreachable(tmpdir(), closedDirectory(tmpdir(), account) ?? tmpdir(), account);
  const root = mkdtempSync(join(base, 'embedded-postgres-'));
  try {
    chmodSync(root, 0o755);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
  return layout(realpathSync(root), true);
}

function unreachable(directory: string, closed: string, account: Account): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'TSK_PG_UNREACHABLE',
    `PostgreSQL runs as user ${account.uid} here, which may not enter ${closed}, so it cannot use ${directory}.`,
    'Choose a dataDir elsewhere, start this process as an ordinary user, or open the directory (chmod o+x).',
  );
}
