/**
 * Every way starting, restarting or stopping PostgreSQL can fail.
 *
 * @public
 */
export type EmbeddedPostgresErrorCode =
  /** No PostgreSQL 15 or newer is installed where the launcher looks. */
  | 'TSK_PG_NOT_FOUND'
  /** The directory named by `binDir` or `PG_BIN_DIR` holds no PostgreSQL that runs. */
  | 'TSK_PG_BIN_DIR'
  /** The named PostgreSQL is older than 15. */
  | 'TSK_PG_VERSION'
  /** Running as root, and there is no unprivileged account to run the server as. */
  | 'TSK_PG_NO_ACCOUNT'
  /** This process, or the account that runs the server, cannot get at the data directory. */
  | 'TSK_PG_UNREACHABLE'
  /** The data directory was made by another major version. */
  | 'TSK_PG_DATA_VERSION'
  /** A process that is still alive runs a server on the data directory. */
  | 'TSK_PG_IN_USE'
  /** A server left over on the data directory could not be stopped. */
  | 'TSK_PG_STALE'
  /** The requested port is taken. */
  | 'TSK_PG_PORT_IN_USE'
  /** `initdb` failed. */
  | 'TSK_PG_INIT_FAILED'
  /** The server ended before it accepted connections, or took too long to. */
  | 'TSK_PG_START_FAILED'
  /** The server was asked to restart after `stop()`. */
  | 'TSK_PG_STOPPED';

/**
 * What went wrong and what to do about it: `message` ends with the hint, so that a bare log line is enough.
 *
 * @public
 */
export class EmbeddedPostgresError extends Error {
  constructor(
    /** Stable: branch on this, never on the message. */
    readonly code: EmbeddedPostgresErrorCode,
    problem: string,
    /** The change that makes it work. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${problem} ${hint}`, options);
    this.name = 'EmbeddedPostgresError';
  }
}
