import type { TaskerDatabase } from '../database/tasker-database';

/**
 * Does `work` while this process has the lock; its statements go over other connections. A lock of the transaction, not of
 * the session: it also holds behind a transaction-mode pooler.
 *
 * @returns false when another process has the lock
 */
export function exclusively(
  { listener, channel, leaseMs }: TaskerDatabase,
  lock: 'rescue' | 'maintenance',
  work: () => Promise<void>,
): Promise<boolean> {
  return listener.transaction(async (client) => {
    // A process that stops in the middle (frozen, cut off) would otherwise keep the lock as long as its connection.
    await client.query(`set local idle_in_transaction_session_timeout = ${leaseMs}`);
    // The key stands in the text: a statement with parameters would keep its snapshot, and with it every dead row, until
    // the transaction ends.
    const key = client.escapeLiteral(`${channel}/${lock}`);
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) as mine`,
    );
    if (rows[0]?.mine !== true) return false;
    await work();
    return true;
  });
}
