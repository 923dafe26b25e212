import { TRANSACTIONAL_CONNECTIONS } from '@tasker/core';
import type { DatabaseAddress } from './address';

/** How to reach the database and what to expect of it. @public */
export interface TaskerDatabaseOptions extends DatabaseAddress {
  /** The schema's bare name, unquoted. */
  readonly schema: string;
  /** Begins the names of the connections in `pg_stat_activity`, such as `tasker` of `tasker-claim`. */
  readonly applicationName: string;
  /**
   * `transaction`: a pooler such as PgBouncer is in between; no prepared statements, no notifications, no session locks.
   * Default `none`.
   */
  readonly pooler?: 'none' | 'transaction';
  /** Lease of the workers, milliseconds: no statement of the engine may outlive it. Default 30,000. */
  readonly leaseMs?: number;
  /** Connections that settle, 1 or more. Default 2; measured: more are hardly worth it. */
  readonly settleConnections?: number;
  /** Connections for transactional steps, each for one at a time, 1 or more. Default 4. */
  readonly transactionalConnections?: number;
  /** Gives the address before the first connection, in place of one in these options: for who learns it late. */
  readonly locate?: () => DatabaseAddress;
  /** Connections that operators, bulk operations, retention and the read side share, 1 or more. Default 3. */
  readonly poolSize?: number;
}

const LEASE_MS = 30_000;
const SETTLE_CONNECTIONS = 2;
const POOL_SIZE = 3;

/** Options with their defaults. */
export type ResolvedDatabaseOptions = DatabaseAddress &
  Required<Omit<TaskerDatabaseOptions, keyof DatabaseAddress | 'locate'>> &
  Pick<TaskerDatabaseOptions, 'locate'>;

/** Fills in the defaults. */
export const resolveDatabaseOptions = (options: TaskerDatabaseOptions): ResolvedDatabaseOptions => ({
  pooler: 'none',
  leaseMs: LEASE_MS,
  settleConnections: SETTLE_CONNECTIONS,
  poolSize: POOL_SIZE,
  transactionalConnections: TRANSACTIONAL_CONNECTIONS,
  ...options,
});
