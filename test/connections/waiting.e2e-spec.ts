import { TaskerService } from '@tasker/nestjs';
import { TASKER_LOG } from '@tasker/nestjs/runtime';
import { from, oneStep, TestApps, type TestOptions } from '../module/support/boot-app';
import { Line } from '../support/line';
import { TransactionPooler } from '../support/transaction-pooler';

const apps = new TestApps();
let warnings: { readonly message: string; readonly at: number }[];
let line: Line;
beforeEach(async () => {
  warnings = [];
  line = new Line(await apps.database());
});
afterEach(async () => {
  await apps.closeAll();
  await line.cut();
});

const log = {
  ...{ debug() {}, info() {}, error() {} },
  warn: (message: string) => void warnings.push({ message, at: performance.now() }),
};

const boot = (url: string, options: TestOptions = {}) =>
  apps.boot(
    {
      options: { role: 'api', templates: [oneStep('greet')], ...options },
      prepare: (builder) => builder.overrideProvider(TASKER_LOG).useValue(log),
    },
    url,
  );

describe('a database that is still starting', () => {
  it.each<[string, (line: Line) => void | Promise<void>]>([
    ['nobody listens', (at) => at.cut()],
    ['it says that it is starting', (at) => at.refuse('starting')],
    ['it lets in and says nothing', (at) => at.fallSilent()],
  ])(
    'is waited for, with a line every five seconds: %s',
    async (_what, spoil) => {
      const url = await line.open();
      await spoil(line);
      const booting = boot(url, { database: { connectTimeoutMs: 60_000 } });
      booting.catch(() => undefined);
      while (!warnings.some(({ message }) => message.startsWith('Waiting for the database: '))) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await line.open();
      await expect(from(await booting, TaskerService).list()).resolves.toMatchObject({ tasks: [] });
    },
    60_000,
  );

  it.each<[string, (line: Line) => void | Promise<void>]>([
    ['nobody listens', (at) => at.cut()],
    ['it lets in and says nothing', (at) => at.fallSilent()],
  ])('is waited for no longer than it was said: %s', async (_what, spoil) => {
    const url = await line.open();
    await spoil(line);
    const since = performance.now();
    await expect(boot(url, { database: { connectTimeoutMs: 1_000 } })).rejects.toMatchObject({
      ...{ code: 'TSK_DATABASE_UNAVAILABLE', hint: expect.stringContaining('connectTimeoutMs') },
    });
    expect(performance.now() - since).toBeLessThan(5_000);
  });
});

describe('a pooler', () => {
  let pooler: TransactionPooler;
  let url: string;
  beforeEach(async () => {
    pooler = new TransactionPooler(await apps.database());
    url = await pooler.start();
  });
  afterEach(() => pooler.stop());

  const said = (): string[] => warnings.map(({ message }) => message);

  it('that nobody has spoken of is noticed', async () => {
    // Over named statements and notifications nothing would work; this one only creates.
    await boot(url, { database: { migrations: 'off' } }).catch(() => undefined);
    expect(said()).toContainEqual(expect.stringMatching(/pooler answers.*database\.pooler to 'transaction'/));
  });

  it('that takes no options is named at once, with what to set', async () => {
    const refusing = await line.open();
    line.refuse('pooler');
    await expect(boot(refusing)).rejects.toMatchObject({
      code: 'TSK_DATABASE_UNAVAILABLE',
      message: expect.stringContaining('unsupported startup parameter'),
      hint: "Set database.pooler to 'transaction'.",
    });
  });

  it('makes the lease longer than PgBouncer refuses logins', async () => {
    await boot(url, { role: 'all', templates: [], database: { pooler: 'transaction' } });
    expect(said()).toEqual([]);
  });

  it('and a shorter lease are warned of', async () => {
    await boot(url, { role: 'all', templates: [], worker: { leaseMs: 15_000 }, database: { pooler: 'transaction' } });
    expect(said()).toEqual([expect.stringMatching(/lease of 15000 ms.*server_login_retry.*30000/)]);
  });

  it('is not seen where there is none', async () => {
    await boot(await apps.database());
    expect(said()).toEqual([]);
  });
});
