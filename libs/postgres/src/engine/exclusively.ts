import type { TaskerDatabase } from '../database/tasker-database';

/** @param goesOn to be called while it lasts: whoever says nothing for too long is taken for stopped */
export type ExclusiveWork = (goesOn: () => Promise<void>) => Promise<void>;

/**
 * Does `work` while this process has the lock; its statements go over other connections. A lock of the transaction, not of
 * the session: it also holds behind a transaction-mode pooler.
 *
 * @returns false when another process has the lock
 */
export function exclusively(
  { listener, channel, leaseMs }: TaskerDatabase,
  lock: 'rescue' | 'maintenance',
  work: ExclusiveWork,
): Promise<boolean> {
  return listener.transaction(async (client) => {
    // A process that stops in the middle (frozen, cut off) would otherwise keep the lock as long as its connection. Lost
    // steps wait for a rescuer; who takes over beside one that wakes up again is kept from harm by the fence.
    const idleMs = Math.ceil(lock === 'rescue' ? leaseMs / 3 : leaseMs);
    await client.query(`set local idle_in_transaction_session_timeout = ${idleMs}`);
    // The key stands in the text: a statement with parameters would keep its snapshot, and with it every dead row, until
    // the transaction ends.
    const key = client.escapeLiteral(`${channel}/${lock}`);
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) as mine`,
    );
    if (rows[0]?.mine !== true) return false;
    await work(async () => void (await client.query('select 1')));
    return true;
  });
}
