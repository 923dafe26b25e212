/**
 * How to start a server. Everything has a default: `startPostgres()` gives a throw-away server on a free port.
 *
 * @public
 */
export interface StartOptions {
  /**
   * Directory to keep the data in, made when missing. Left out: a temporary directory that is removed with the server.
   * It belongs to the launcher, which keeps the cluster, the server's log and the owner's lock in it.
   */
  dataDir?: string;
  /** TCP port on 127.0.0.1. Default: a free one, also for a kept directory. */
  port?: number;
  /**
   * Whether committed data must survive a power cut. Default `false`: no fsync, about three times the write rate.
   * A killed server loses nothing either way.
   */
  durable?: boolean;
  /** Further server settings, as `postgres -c name=value`; they win over the launcher's own. */
  settings?: Record<string, string | number>;
  /** Directory with the `postgres` and `initdb` to use; nothing else is looked at when it is given. */
  binDir?: string;
}

/**
 * `fast` ends sessions and writes a checkpoint; `immediate` is a crash, and the next start recovers from the log.
 *
 * @public
 */
export type ShutdownMode = 'fast' | 'immediate';

/**
 * A server that accepts connections, on loopback only and without a password.
 *
 * @public
 */
export interface RunningPostgres {
  /** Connection string for the superuser `postgres` and the database of that name. */
  readonly url: string;
  /** TCP port on 127.0.0.1; the same after `restart()`. */
  readonly port: number;
  /** Process id of the server; another one after `restart()`. */
  readonly pid: number;
  /** Version of the server, such as `18.4`. */
  readonly version: string;
  /** Where the binaries come from: an npm package's name or a directory. */
  readonly source: string;
  /** What the server printed since its last start. */
  readonly logFile: string;
  /**
   * Stops the server and starts it again on the same port and data, also when it has died.
   *
   * @throws {EmbeddedPostgresError} TSK_PG_STOPPED after `stop()`; TSK_PG_START_FAILED when it does not come back
   */
  restart(mode?: ShutdownMode): Promise<void>;
  /** Ends sessions, stops the server and removes a temporary directory. Further calls return the same promise. */
  stop(): Promise<void>;
}
