import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { EmbeddedPostgresError } from './errors';

/**
 * The account the server runs as. Empty: the one of this process.
 *
 * @internal
 */
export interface Account {
  uid?: number;
  gid?: number;
}

/**
 * PostgreSQL refuses to run as root, so root hands it to `postgres`, else to `nobody`.
 *
 * @param cluster a cluster that exists keeps its owner, so that starting a user's data once as root does no harm
 * @throws {EmbeddedPostgresError} TSK_PG_NO_ACCOUNT
 * @internal
 */
export function serverAccount(cluster?: string): Account {
  if (process.getuid?.() !== 0) return {};
  const account = (cluster && ownerOf(cluster)) || lookUp('postgres') || lookUp('nobody');
  if (account) return account;
  throw new EmbeddedPostgresError(
    'TSK_PG_NO_ACCOUNT',
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as.',
    'Create one (useradd --system postgres), or start this process as an ordinary user.',
  );
}

function ownerOf(cluster: string): Account | undefined {
  try {
    const { uid, gid } = statSync(cluster);
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined; // Not there yet; whatever else is wrong with it, opening the directory tells.
  }
}

function lookUp(user: string): Account | undefined {
  const ask = (flag: string): number =>
    Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}
