import pg from 'pg';

/** A client that survives its server's or its database's end: the run that needed it reports that itself. */
export async function connect(url) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
