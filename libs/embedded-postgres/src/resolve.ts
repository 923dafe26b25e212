import type { RunningPostgres, StartOptions } from './options';
import { startPostgres } from './start';

/**
 * Where to look for a server that runs already, and how to start one when there is none.
 *
 * @public
 */
export interface ResolveOptions extends StartOptions {
  /** Names of environment variables that may hold a connection string; the first that is set wins. */
  envNames?: readonly string[];
}

/**
 * A database to use, and how to let go of it.
 *
 * @public
 */
export interface ResolvedDatabase {
  /** Connection string. */
  readonly url: string;
  /** The environment variable it comes from, or else where the started server's binaries do. */
  readonly source: string;
  /** The server, when this call started one. */
  readonly server?: RunningPostgres;
  /** Stops the server, when this call started one; leaves any other alone. */
  stop(): Promise<void>;
}

/**
 * Uses the database an environment variable names, else starts one, so that a demo or a test suite needs no set-up and
 * can still be pointed to a real server.
 *
 * @throws {EmbeddedPostgresError} as {@link startPostgres}; the variable's value is not checked
 * @public
 */
export async function resolveDatabase(options: ResolveOptions = {}): Promise<ResolvedDatabase> {
  const { envNames = ['DATABASE_URL'], ...startOptions } = options;
  for (const name of envNames) {
    const url = process.env[name];
    if (url) return { url, source: name, stop: () => Promise.resolve() };
  }
  const server = await startPostgres(startOptions);
  return { url: server.url, source: server.source, server, stop: () => server.stop() };
}
