import { migrate } from '@tasker/postgres';
import { Client } from 'pg';
import { testDatabase, type TestDatabase } from '../support/database';
import { tasker, type Ran } from './support/tasker';

interface Status {
  schema: string;
  usable: boolean;
  migrations: { migration: string; state: string; breaking: boolean }[];
}

let database: TestDatabase;
beforeEach(async () => (database = await testDatabase()));
afterEach(() => database.drop());

const run = (...args: string[]): Promise<Ran> => tasker(args, { env: { TASKER_DATABASE_URL: database.url } });
const status = async (...args: string[]): Promise<Status> =>
  JSON.parse((await run('migrate', 'status', '--json', ...args)).stdout) as Status;
const states = ({ migrations }: Status): string[] => [...new Set(migrations.map(({ state }) => state))];

async function query(sql: string): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

describe('tasker migrate', () => {
  it('brings a database up, tells how it stands, and does it once', async () => {
    expect(await run('migrate', 'status')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/0001_words +missing +no/) as string,
    });
    const up = await run('migrate', 'up');
    expect(up).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^applied 0001_words\n/) as string });
    expect(await run('migrate', 'status')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/0001_words +applied/) as string,
    });
    expect((await run('migrate', 'up')).stdout).toBe('Nothing to do: the schema is up to date.\n');
  });

  it('works in a schema of another name', async () => {
    const { stdout } = await run('migrate', 'up', '--schema', 'work flows', '--json');
    expect((JSON.parse(stdout) as { applied: string[] }).applied).toContain('0001_words');
    expect(await status('--schema', 'work flows')).toMatchObject({ schema: 'work flows', usable: true });
    expect((await status()).usable).toBe(false);
  });

  it('takes migrations back when somebody says so', async () => {
    await migrate({ connectionString: database.url, schema: 'tasker', mode: 'auto' });
    const refused = await run('migrate', 'down', '--to', '0006');
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') as string });
    const { exitCode, stdout } = await run('migrate', 'down', '--to', '0006', '--yes');
    expect({ exitCode, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
      exitCode: 0,
      last: 'took back 0007_audit',
    });
    const after = await status();
    expect(after.migrations.filter(({ state }) => state === 'applied').at(-1)?.migration).toMatch(/^0006_/);
    expect((await run('migrate', 'down', '--to', '0006')).stdout).toContain('Nothing to do');
  });

  it('prints statements that do the same', async () => {
    await query((await run('migrate', 'sql')).stdout);
    expect(states(await status())).toEqual(['applied']);
    await migrate({ connectionString: database.url, schema: 'tasker', mode: 'verify' });
    await query((await run('migrate', 'sql', '--down', '--after', '0006')).stdout);
    const half = await status();
    expect(states(half)).toEqual(['applied', 'missing']);
    await query((await run('migrate', 'sql', '--after', '0006')).stdout);
    expect(states(await status())).toEqual(['applied']);
  });

  it('tells what was changed, and what is unknown and in the way', async () => {
    await migrate({ connectionString: database.url, schema: 'tasker', mode: 'auto' });
    await query(`update tasker.tasker_migrations set digest = 'other' where number = '0002'`);
    await query(
      `insert into tasker.tasker_migrations (number, name, digest, breaking) values ('9998', 'later', 'x', false), ('9999', 'break', 'x', true)`,
    );
    const { usable, migrations } = await status();
    const odd = migrations
      .filter(({ state }) => state !== 'applied')
      .map(({ migration, state }) => `${migration} ${state}`);
    expect({ usable, odd }).toEqual({
      usable: false,
      odd: ['0002_tables changed', '9998_later newer', '9999_break foreign'],
    });
    expect(await run('migrate', 'up')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('TSK_SCHEMA_MISMATCH') as string,
    });
  });
});

describe('tasker search-index', () => {
  it('makes the index over contexts, tells how it stands, and drops it', async () => {
    await migrate({ connectionString: database.url, schema: 'tasker', mode: 'auto' });
    expect(await run('search-index', 'status')).toMatchObject({ exitCode: 1, stdout: 'missing, 0 bytes\n' });
    expect(await run('search-index', 'create')).toMatchObject({ exitCode: 0, stdout: 'Made the index.\n' });
    expect((await run('search-index', 'create')).stdout).toBe('Nothing to do: the index is there.\n');
    expect(await run('search-index', 'status')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^ready, \d+ bytes/) as string,
    });
    expect(await run('search-index', 'drop', '--json')).toMatchObject({ exitCode: 0 });
    expect((await run('search-index', 'drop')).stdout).toBe('Nothing to do: there is no index.\n');
  });
});
