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

  it('keeps others from rescuing for a third of a lease, not for as long as its connection stands', async () => {
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

  it('is no process that is slow and says that it goes on', async () => {
    const [done, entered] = [gate(), gate()];
    const slow = open().exclusively('rescue', async (goesOn) => {
      entered.open();
      const others = open();
      // Three times as long as it may be silent, in steps of half of that.
      for (let step = 0; step < 6; step++) {
        await goesOn();
        await new Promise((resolve) => setTimeout(resolve, LEASE_MS / 6));
        expect(await others.exclusively('rescue', async () => undefined)).toBe(false);
      }
      done.open();
    });
    await entered.opened;
    await done.opened;
    expect(await slow).toBe(true);
  });
});
