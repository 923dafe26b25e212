import { startPostgres, type RunningPostgres, type ShutdownMode } from '@tasker/embedded-postgres';
import { onBehalfOf, TaskerDatabase } from '@tasker/postgres';
import { EngineHarness } from '../support/engine-harness';
import { fan, step, template } from '../support/engine-templates';
import { isInstalled, PgBouncer } from '../support/pg-bouncer';

/** So long a lease outlives what PgBouncer takes to try the server again. */
const OPTIONS = { pooler: 'transaction', pollMs: 100, leaseMs: 5_000 } as const;
const BUSY = `select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(59)%' and pid <> pg_backend_pid()`;

const name = isInstalled
  ? 'behind a real PgBouncer in transaction mode'
  : 'behind a real PgBouncer (skipped: the Debian package "pgbouncer" is not installed)';

(isInstalled ? describe : describe.skip)(name, () => {
  let server: RunningPostgres;
  let bouncer: PgBouncer;
  const harness = new EngineHarness();

  beforeAll(async () => {
    server = await startPostgres();
    bouncer = await PgBouncer.start(server.url, 1);
    await harness.open({ url: server.url, drop: () => Promise.resolve() });
  }, 60_000);
  afterEach(() => harness.settleDown());
  afterAll(async () => {
    await harness.close();
    await bouncer.stop();
    await server.stop();
  }, 60_000);

  const options = (): typeof OPTIONS & { url: string } => ({ ...OPTIONS, url: bouncer.url });

  it('everything works, by polling alone, and nobody complains', async () => {
    const plan = await harness.template(template('bounced', [...fan(5), step('end', ['last'])]));
    const workers = [await harness.start(options()), await harness.start(options())];
    const creator = await harness.start({ ...options(), role: 'api' });
    const tasks = await harness.createMany(creator, plan, 100);
    expect(new Set(await harness.allFinished(tasks, 60_000))).toEqual(new Set(['complete']));
    expect([...workers, creator].flatMap((started) => started.lines('warn', 'error'))).toEqual([]);
  }, 90_000);

  it.each<ShutdownMode>(['fast', 'immediate'])(
    'a restart of the database (%s) under load loses nothing, and everything ends',
    async (mode) => {
      const plan = await harness.template(template(`bounced_${mode}`, fan(5)));
      const creator = await harness.start({ ...options(), role: 'api' });
      const tasks = await harness.createMany(creator, plan, 100);
      await harness.start({ ...options(), concurrency: 3 });
      await harness.start({ ...options(), concurrency: 3 });
      await harness.finished(tasks[10]?.taskId ?? '', 60_000);
      await server.restart(mode);
      expect(new Set(await harness.allFinished(tasks, 90_000))).toEqual(new Set(['complete']));
    },
    150_000,
  );

  describe('what readers ask', () => {
    let database: TaskerDatabase;
    beforeEach(() => {
      database = new TaskerDatabase({
        ...{ connectionString: bouncer.url, schema: 'tasker', applicationName: 'test', pooler: 'transaction' },
      });
    });
    afterEach(() => database.close());

    it('has a limit on the server, whichever session it meets there', async () => {
      for (let time = 0; time < 3; time++) {
        const [row] = await database.session.rows<{ limit: string }>(
          `select current_setting('statement_timeout') as limit`,
          [],
        );
        expect(row?.limit).toBe('1min');
      }
      const inside = await database.pool.transaction(
        async (client) => (await client.query<{ n: string }>(`select current_setting('statement_timeout') as n`)).rows,
      );
      expect(inside).toEqual([{ n: '1min' }]);
    });

    it('ends on the server when the caller hangs up', async () => {
      const gone = new AbortController();
      const asked = onBehalfOf({ id: 'ann', signal: gone.signal }, () =>
        database.session.rows('select pg_sleep(59)', []),
      );
      const busy = async (): Promise<number> => (await harness.rows.query<{ n: number }>(BUSY))[0]?.n ?? 0;
      while ((await busy()) === 0);
      gone.abort(new Error('gone'));
      await expect(asked).rejects.toThrow();
      expect(await busy()).toBe(0);
      await expect(database.session.rows('select 1 as n', [])).resolves.toEqual([{ n: 1 }]);
    });
  });
});
