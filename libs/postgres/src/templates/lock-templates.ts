import type { ClientBase } from 'pg';

/**
 * Keeps others from registering templates, and from pausing or resuming a step everywhere, until the transaction ends: a
 * revision that is added beside a pause would not know of it.
 */
export async function lockTemplates(client: ClientBase, channel: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${channel}/templates`]);
}
