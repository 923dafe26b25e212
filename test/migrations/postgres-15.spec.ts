import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@tasker/embedded-postgres';
import { migrateDown } from '@tasker/postgres';
import { ALL, boot } from './support/applied';
import { query } from './support/on-database';

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
const itOnDebian15 = existsSync(join(DEBIAN_15, 'postgres')) ? it : it.skip;

itOnDebian15('migrates up and down on the oldest PostgreSQL that is supported', async () => {
  const server = await startPostgres({ binDir: DEBIAN_15 });
  try {
    expect(server.version).toMatch(/^15\./);
    expect(await boot(server.url)).toEqual(ALL);
    expect(await query(server.url, 'select * from tasker.audit_v1()')).toEqual([]);
    const down = await migrateDown({ connectionString: server.url, schema: 'tasker', to: '0000' });
    expect(down).toEqual(ALL.toReversed());
  } finally {
    await server.stop();
  }
});
