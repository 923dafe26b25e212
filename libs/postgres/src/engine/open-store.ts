import { createHash } from 'node:crypto';
import { PostgresEngineStore } from './postgres-engine-store';

/** How to reach the database and what to expect of it. @public */
export interface OpenStoreOptions {
  readonly connectionString: string;
  readonly schema: string;
  /** `transaction`: a pooler such as PgBouncer is in between; no prepared statements, no notifications, polling only. */
  readonly pooler: 'none' | 'transaction';
  readonly settleConnections: number;
  /** Lease of the workers: no statement may outlive it. */
  readonly leaseMs: number;
  readonly applicationName: string;
}

/** Channels are identifiers of at most 63 bytes, schema names may be awkward: a digest serves both. */
export const channelOf = (schema: string): string =>
  `tasker_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`;

/** Opens no connection yet: each is made on first use. @public */
export function openStore(options: OpenStoreOptions): PostgresEngineStore {
  const { connectionString, schema, leaseMs, applicationName } = options;
  const direct = options.pooler === 'none';
  const config = {
    connectionString,
    application_name: applicationName,
    ...(direct ? { statement_timeout: leaseMs } : {}),
  };
  return new PostgresEngineStore({
    schema,
    connection: { config, namedStatements: direct, answerWithinMs: leaseMs },
    settleConnections: options.settleConnections,
    channel: channelOf(schema),
    listen: direct,
  });
}
