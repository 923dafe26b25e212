import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseAddress } from '../database/address';
import { endClient } from '../database/open-client';
import { connectForMigrations } from './migration-session';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;

/**
 * Runs `work` while no other process migrates the same schema.
 *
 * The lock is tried and slept on, never waited for: a waiting statement holds a snapshot, a concurrent index build of
 * the winner waits for all snapshots, and PostgreSQL sees no cycle. It belongs to a transaction on a connection of its
 * own, which a transaction-mode pooler keeps together, as it would not keep a session.
 *
 * @param signal ends the wait for the lock
 * @throws {TaskerError} TSK_DATABASE_UNAVAILABLE
 */
export async function underMigrationLock<T>(
  address: DatabaseAddress,
  schema: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const client = await connectForMigrations(address);
  try {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      await client.query('begin');
      // It sits idle in its transaction for as long as the migrations take.
      await client.query('set local idle_in_transaction_session_timeout = 0');
      // The name is part of the text: a statement with parameters keeps its portal, and with it a snapshot, until the end
      // of the transaction, and an index build of `work` would wait for that.
      const { rows } = await client.query<{ locked: boolean }>(
        `select pg_try_advisory_xact_lock(hashtextextended(${client.escapeLiteral(lockName(schema))}, 0)) as locked`,
      );
      if (rows[0]?.locked) return await work();
      await client.query('rollback');
      await sleep(waitMs, undefined, signal ? { signal } : {});
    }
  } finally {
    // Ends the transaction, and the lock with it.
    await endClient(client);
  }
}

const lockName = (schema: string): string => `tasker migrations of ${schema}`;
