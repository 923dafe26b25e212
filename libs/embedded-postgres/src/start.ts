import { rmSync } from 'node:fs';
import { type Account, serverAccount } from './account';
import { type Binaries, findBinaries } from './binaries';
import { ensureCluster } from './cluster';
import { type DataDirectory, layout, openDataDirectory } from './data-directory';
import type { RunningPostgres, StartOptions } from './options';
import { acquireOwnerLock } from './owner-lock';
import { Server } from './server';
import { stopStaleServer } from './stale-server';
import { Supervisor } from './supervisor';

/**
 * Starts a PostgreSQL of its own for this process and waits until it accepts connections.
 *
 * The server ends with this process, however that ends, within a few seconds; a temporary directory goes with it. No
 * signal handlers are installed: an application that drains on SIGTERM calls `stop()` when it has. Several processes
 * may start servers at once; a kept directory serves one owner at a time.
 *
 * @throws {EmbeddedPostgresError} with a code and a hint for everything that is known to go wrong
 * @public
 */
export async function startPostgres(options: StartOptions = {}): Promise<RunningPostgres> {
  const account = serverAccount(options.dataDir && layout(options.dataDir).cluster);
  const directory = openDataDirectory(options.dataDir, account);
  let unlock = (): void => undefined;
  try {
    if (!directory.temporary) unlock = acquireOwnerLock(directory.lockFile, directory.root);
    const binaries = await findBinaries(account, directory.root, options.binDir);
    return await startIn(directory, binaries, account, options, unlock);
  } catch (error) {
    unlock();
    if (directory.temporary) rmSync(directory.root, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(
  directory: DataDirectory,
  binaries: Binaries,
  account: Account,
  options: StartOptions,
  unlock: () => void,
): Promise<RunningPostgres> {
  rmSync(directory.logFile, { force: true });
  const supervisor = await Supervisor.launch({
    ...account,
    logFile: directory.logFile,
    ...(directory.temporary && { removeDirectory: directory.root }),
  });
  try {
    await stopStaleServer(directory.cluster);
    await ensureCluster(directory.cluster, binaries, account);
    const server = new Server(supervisor, directory, binaries, options, unlock);
    await server.start();
    return server;
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}
