import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { StepHandler, TaskBulk, TaskerService, TaskInsights, TaskRetention } from '@tasker/nestjs';
import { Registry } from 'prom-client';
import { Client } from 'pg';
import { TaskerHealthModule } from '../../src/health/index';
import { TaskerMetricsModule } from '../../src/metrics/index';
import { TaskerRestModule } from '../../src/rest/index';
import { from, oneStep, TestApps } from '../module/support/boot-app';

const MOST = 10;
const TASKS = 400;
const CALLS = 300;

const apps = new TestApps();
let observer: Client;
afterEach(async () => {
  await observer.end();
  await apps.closeAll();
});

@StepHandler('greet')
class Greet {
  process(): void {}
}

/** A worker process with everything on. */
async function bootEverything(url: string): Promise<INestApplication> {
  const compiled = await apps.compile(
    {
      providers: [Greet],
      imports: [
        TaskerRestModule.register({ access: 'public' }),
        TaskerHealthModule.register({ status: { access: 'public', cacheMs: 0 } }),
        TaskerMetricsModule.register({ registry: new Registry(), access: 'public', gaugesMaxAgeMs: 0 }),
      ],
      options: {
        templates: [oneStep('greet')],
        retention: { keepMs: 60_000, batch: 10, pauseMs: 0, intervalMs: 1_000 },
      },
    },
    url,
  );
  const app = apps.keep(compiled.createNestApplication({ logger: false }));
  await app.listen(0, '127.0.0.1');
  return app;
}

/** Most connections of each name that are promised, as the operating guide has them. */
function promised(): Map<string, number> {
  const guide = readFileSync(join(__dirname, '../../docs/04-operating.md'), 'utf8');
  const rows = guide.matchAll(/^\| `(tasker-\w+)` +\| (\d+) /gm);
  return new Map([...rows].map(([, name, count]) => [name ?? '', Number(count)]));
}

/** Looks again and again until `work` is done; the most connections of each name, and of all at once. */
async function mostWhile(work: Promise<unknown>): Promise<{ names: Map<string, number>; all: number }> {
  const names = new Map<string, number>();
  let [all, done] = [0, false];
  void work.finally(() => (done = true)).catch(() => undefined);
  while (!done) {
    const { rows } = await observer.query<{ name: string; count: number }>(
      `select application_name as name, count(*)::int as count from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        group by application_name`,
    );
    for (const { name, count } of rows) names.set(name, Math.max(names.get(name) ?? 0, count));
    all = Math.max(
      all,
      rows.reduce((sum, { count }) => sum + count, 0),
    );
  }
  await work;
  return { names, all };
}

/** Everything that reaches the database, all at once and again. */
async function keepBusy(app: INestApplication): Promise<void> {
  const [tasker, bulk, insights] = [from(app, TaskerService), from(app, TaskBulk), from(app, TaskInsights)];
  const base = await app.getUrl();
  const ok = async (path: string, init?: RequestInit): Promise<void> => {
    const { status } = await fetch(`${base}${path}`, init);
    if (status >= 300) throw new Error(`${init?.method ?? 'GET'} ${path} was answered with ${status}`);
  };
  const created = await tasker.createMany(Array.from({ length: TASKS }, () => ({ name: 'greet' })));
  const edit = { verb: 'edit', taskReason: 'touched' } as const;
  const started = await bulk.start({ name: 'greet' }, edit, { actor: 'ann' }, { rate: null, batchSize: 10 });
  const calls = Array.from({ length: CALLS }, (_, index) => {
    const { taskId } = created[index % created.length] ?? { taskId: '' };
    const paths = [
      '/tasker/tasks',
      `/tasker/tasks/${taskId}`,
      '/tasker/workers',
      '/tasker/bulk',
      '/tasker/analytics/performance',
    ];
    return index % 10 === 0 ? ['/tasker/health/status', '/metrics'] : [paths[index % paths.length] ?? ''];
  }).flat();
  const retention = from(app, TaskRetention);
  await Promise.all([
    ...calls.map((path) => ok(path)),
    ...created.slice(0, 50).map(({ taskId }) => insights.explain(taskId)),
    ...created.slice(0, 50).map(() => tasker.create({ name: 'greet' })),
    ...[bulk.preview({ name: 'greet' }, edit), bulk.preview({ name: 'greet' }, edit)],
    ...[retention.sweep(), retention.sweep()],
  ]);
  while ((await bulk.find(started.id)).state === 'running') await new Promise((resolve) => setTimeout(resolve, 20));
}

it('a worker process with everything on and busy has at most ten connections, as the operating guide says', async () => {
  const url = await apps.database();
  const app = await bootEverything(url);
  observer = new Client({ connectionString: url });
  await observer.connect();
  const table = promised();
  expect([...table.values()].reduce((sum, count) => sum + count, 0)).toBe(MOST);
  const { names, all } = await mostWhile(keepBusy(app));
  expect(all).toBeLessThanOrEqual(MOST);
  expect([...names.keys()].sort()).toEqual([...table.keys()].sort());
  for (const [name, count] of names)
    expect({ name, count, within: count <= (table.get(name) ?? 0) }).toMatchObject({ within: true });
}, 120_000);
