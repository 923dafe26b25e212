import { Client } from 'pg';

/** Runs `work` on a connection of its own. */
export async function onDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Rows of one query. */
export const query = <R extends object>(url: string, sql: string, values: unknown[] = []): Promise<R[]> =>
  onDatabase(url, async (client) => (await client.query<R>(sql, values)).rows);
