import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrateDown } from '@tasker/postgres';
import { testDatabase, type TestDatabase } from '../support/database';
import { boot } from './support/applied';
import { dumpSchema } from './support/dump-schema';
import { onDatabase, query } from './support/on-database';

const FILE = join(__dirname, '../../migrations/schema.sql');
const HEADER = `-- The schema after all migrations, as PostgreSQL 18 writes it, for people to read and compare. Not for installing: it
-- lacks the record of which migrations ran. Weekly partitions are left out. Made by test/migrations/schema-dump.spec.ts
-- with UPDATE_SCHEMA=1.

`;

const databases: TestDatabase[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

async function freshDatabase(): Promise<string> {
  const database = await testDatabase();
  databases.push(database);
  return database.url;
}

const dump = (url: string) => onDatabase(url, (client) => dumpSchema(client, 'tasker'));

async function migrated(): Promise<string> {
  const url = await freshDatabase();
  await boot(url);
  return dump(url);
}

/** Only this version writes the file; on any other the file is read by the server and written again. */
async function updateFile(): Promise<void> {
  const url = await freshDatabase();
  await boot(url);
  const [server] = await query<{ v: number }>(url, `select current_setting('server_version_num')::int as v`);
  if (Math.floor((server?.v ?? 0) / 10_000) !== 18) throw new Error('schema.sql is written on PostgreSQL 18 only');
  writeFileSync(FILE, HEADER + (await dump(url)));
}

describe('migrations/schema.sql', () => {
  it('is what the migrations make (UPDATE_SCHEMA=1 writes it anew)', async () => {
    if (process.env['UPDATE_SCHEMA'] === '1') await updateFile();
    const url = await freshDatabase();
    await query(url, `create schema tasker; ${readFileSync(FILE, 'utf8')}`);
    // Both through this server, because another version than the file's words expressions differently.
    expect(await dump(url)).toBe(await migrated());
  });

  it('is the same after down and up again', async () => {
    const url = await freshDatabase();
    await boot(url);
    const before = await dump(url);
    await migrateDown({ connectionString: url, schema: 'tasker', to: '0000' });
    await boot(url);
    // The record of migrations was there before, so it comes first now: the order of making is not the schema's.
    const blocks = (text: string) => text.split(/;\n\n/).sort();
    expect(blocks(await dump(url))).toEqual(blocks(before));
  });
});
