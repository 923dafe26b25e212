import { randomBytes } from 'node:crypto';
import { testDatabase, type TestDatabase } from '../support/database';
import { ALL, boot } from './support/applied';
import { query } from './support/on-database';

const ROLE = `role_${randomBytes(6).toString('hex')}`;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await query(database.url, `create role ${ROLE} login`);
});
afterAll(async () => {
  await query(database.url, `drop owned by ${ROLE} cascade`);
  await query(database.url, `drop role ${ROLE}`);
  await database.drop();
});

/** The database as the role sees it. */
function asRole(): string {
  const url = new URL(database.url);
  url.username = ROLE;
  return url.toString();
}

describe('a role that may not create schemas', () => {
  it('migrates a schema that exists and is its own', async () => {
    await query(database.url, `create schema own authorization ${ROLE}`);
    expect(await boot(asRole(), 'auto', 'own')).toEqual(ALL);
    expect(await boot(asRole(), 'verify', 'own')).toEqual([]);
  });

  it('boots on a finished schema it may only read', async () => {
    await boot(database.url, 'auto', 'theirs');
    await query(database.url, `grant usage on schema theirs to ${ROLE}`);
    await query(database.url, `grant select on theirs.tasker_migrations to ${ROLE}`);
    expect(await boot(asRole(), 'auto', 'theirs')).toEqual([]);
  });

  it('is told what it may not do when the schema is missing', async () => {
    await expect(boot(asRole(), 'auto', 'missing')).rejects.toMatchObject({
      code: 'TSK_MIGRATION_FAILED',
      message: expect.stringMatching('permission denied for database'),
    });
  });
});
