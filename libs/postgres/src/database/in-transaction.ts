import type { Client } from 'pg';

/**
 * Runs work in a transaction of the session.
 *
 * @param statementMs limit of each statement, for sessions that keep no settings; undefined: the session has its own
 */
export async function inTransaction<T>(
  client: Client,
  statementMs: number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(statementMs === undefined ? 'begin' : `begin; set local statement_timeout = ${statementMs}`);
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (thrown) {
    await client.query('rollback');
    throw thrown;
  }
}
