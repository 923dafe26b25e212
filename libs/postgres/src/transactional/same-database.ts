import { randomInt } from 'node:crypto';
import type { DatabaseAddress } from '../database/address';
import { cutClient, endClient, openClient } from '../database/open-client';
import { readStoreError } from '../database/store-errors';
import type { TaskerDatabase } from '../database/tasker-database';

/** Whoever is there at all has answered by then. */
const WITHIN_MS = 10_000;
/** The classes of advisory locks are 32 bits wide. */
const CLASSES = 2 ** 31;

/**
 * Whether another address leads to Tasker's own database, by whatever name and way: advisory locks are the database's, so
 * one that is held here cannot be had there.
 *
 * @throws {StoreUnavailableError} one of the two does not answer
 * @public
 */
export async function isSameDatabase(database: TaskerDatabase, address: DatabaseAddress): Promise<boolean> {
  // Two numbers, not one: the keys of Tasker's other locks are never met.
  const key = `${randomInt(CLASSES)}, ${randomInt(CLASSES)}`;
  return database.control.transaction(async (own) => {
    await own.query(`select pg_advisory_xact_lock(${key})`);
    return !(await isFree(address, key));
  });
}

async function isFree(address: DatabaseAddress, key: string): Promise<boolean> {
  const settings = { applicationName: 'tasker-probe', connectWithinMs: WITHIN_MS, answerWithinMs: WITHIN_MS };
  try {
    const client = await openClient(address, { ...settings, pinned: false });
    try {
      const { rows } = await client.query<{ free: boolean }>(`select pg_try_advisory_xact_lock(${key}) as free`);
      void endClient(client);
      return rows[0]?.free === true;
    } catch (error) {
      cutClient(client);
      throw error;
    }
  } catch (error) {
    throw readStoreError(error).error;
  }
}
