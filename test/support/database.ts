import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database for one test file, with nothing in it. */
export interface TestDatabase {
  url: string;
  /** Removes the database, ending the sessions that are left on it. */
  drop(): Promise<void>;
}

/** Creates a fresh database on the server that global-setup has provided; takes about 30 ms. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run this test in the Jest project "integration".');
  return url;
}
