import { migrate, type PostgresEngineStore } from '@tasker/postgres';
import { testDatabase, type TestDatabase } from '../support/database';
import { gate } from '../support/gate';
import { openStore } from '../support/open-store';
import { until } from './support/wait';

const LEASE_MS = 500;

describe('a process frozen while it rescues', () => {
  let database: TestDatabase;
  const stores: PostgresEngineStore[] = [];
  const open = (): PostgresEngineStore => {
    const store = openStore({
      ...{ connectionString: database.url, schema: 'tasker', pooler: 'none', settleConnections: 1, leaseMs: LEASE_MS },
      applicationName: 'rescuer',
    });
    stores.push(store);
    return store;
  };

  beforeAll(async () => {
    database = await testDatabase();
    await migrate({ connectionString: database.url, schema: 'tasker', mode: 'auto' });
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await database.drop();
  });

  it('keeps others from rescuing for about a lease, not for as long as its connection stands', async () => {
    const [asleep, entered] = [gate(), gate()];
    const frozen = open().exclusively('rescue', () => {
      entered.open();
      return asleep.opened;
    });
    await entered.opened;
    const other = open();
    const tries = () => other.exclusively('rescue', async () => undefined);
    expect(await tries()).toBe(false);
    await until('the lock is free', 4 * LEASE_MS, tries);
    asleep.open();
    await expect(frozen).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  });
});
