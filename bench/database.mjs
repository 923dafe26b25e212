import pg from 'pg';

/** A client that survives its server's or its database's end: the run that needed it reports that itself. */
export async function connect(url) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Asks another database of the same server. @returns the first row */
export async function askDatabase(url, database, sql, values) {
  const other = new URL(url);
  other.pathname = `/${database}`;
  const client = await connect(other.toString());
  try {
    return (await client.query(sql, values)).rows[0];
  } finally {
    await client.end();
  }
}
