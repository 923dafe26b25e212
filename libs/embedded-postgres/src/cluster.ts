import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { EmbeddedPostgresError } from './errors';
import { serverEnvironment } from './server-environment';

/**
 * Makes the cluster unless it is there, and checks that the server can read it.
 *
 * It is made beside its final place and moved there when complete: being killed half-way leaves no half a cluster.
 *
 * @throws {EmbeddedPostgresError} TSK_PG_INIT_FAILED, TSK_PG_DATA_VERSION, TSK_PG_UNREACHABLE
 * @internal
 */
export async function ensureCluster(cluster: string, binaries: Binaries, account: Account): Promise<void> {
  if (existsSync(cluster)) return checkVersion(cluster, binaries);
  removeDrafts(cluster);
  const draft = `${cluster}.${process.pid}.draft`;
  mkdirSync(draft, { mode: 0o700 });
  try {
    if (account.uid !== undefined && account.gid !== undefined) chownSync(draft, account.uid, account.gid);
    await initialise(draft, binaries, account);
    renameSync(draft, cluster);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function removeDrafts(cluster: string): void {
  const parent = dirname(cluster);
  const drafts = readdirSync(parent).filter((name) => name.startsWith(basename(cluster)) && name.endsWith('.draft'));
  for (const draft of drafts) rmSync(join(parent, draft), { recursive: true, force: true });
}

async function initialise(directory: string, binaries: Binaries, account: Account): Promise<void> {
  const args = ['-D', directory, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  try {
    await promisify(execFile)(binaries.initdb, args, { ...account, cwd: '/', env: serverEnvironment() });
  } catch (error) {
    const output = (error as { stderr?: string }).stderr?.trim();
    throw new EmbeddedPostgresError(
      'TSK_PG_INIT_FAILED',
      `initdb of ${binaries.source} failed: ${output || (error as Error).message}.`,
      'Look for a full disk, a read-only directory or an incomplete installation; PG_BIN_DIR chooses another one.',
      { cause: error },
    );
  }
}

function checkVersion(cluster: string, binaries: Binaries): void {
  const made = versionOf(cluster);
  if (made === String(parseInt(binaries.version, 10))) return;
  throw new EmbeddedPostgresError(
    'TSK_PG_DATA_VERSION',
    `${dirname(cluster)} was made by PostgreSQL ${made}, and ${binaries.source} is ${binaries.version}.`,
    `Point PG_BIN_DIR to PostgreSQL ${made}, or use another dataDir.`,
  );
}

function versionOf(cluster: string): string {
  try {
    return readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    throw new EmbeddedPostgresError(
      'TSK_PG_UNREACHABLE',
      `${cluster} cannot be read as a PostgreSQL cluster (${(error as Error).message}).`,
      'If another user made it, start as that user or chown it; if it is damaged, remove it to begin anew.',
      { cause: error },
    );
  }
}
