import type { INestApplication } from '@nestjs/common';
import { EventBus, OnTaskerEvent, PermanentError, StepHandler, TaskerService, type StepContext } from '@tasker/nestjs';
import { TaskerDatabase, WatchStore } from '@tasker/postgres';
import { Client } from 'pg';
import request from 'supertest';
import type { AccessPolicy, Principal } from '../../src/access/access-policy';
import { TaskerHealthModule, type TaskerHealthOptions, type TaskerStatus } from '../../src/health/index';
import { from, oneStep, TestApps } from '../module/support/boot-app';
import { within } from '../support/gate';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('greet')
class Greet {
  process({ task }: StepContext<{ fails?: boolean }>): void {
    if (task.context.fails) throw new PermanentError('no');
  }
}

class Audit {
  @OnTaskerEvent('task.completed', { namespace: 'default' })
  ended(): void {}

  @OnTaskerEvent('task.failed')
  failed(): void {
    throw new Error('the pager is down');
  }
}

async function serve(
  options: TaskerHealthOptions,
  role: 'all' | 'api' = 'all',
  url?: string,
): Promise<INestApplication> {
  const compiled = await apps.compile(
    {
      imports: [TaskerHealthModule.register(options)],
      providers: [Greet, Audit],
      options: { role, templates: [oneStep('greet')] },
    },
    url,
  );
  const app = apps.keep(compiled.createNestApplication({ logger: false }));
  await app.init();
  return app;
}

/** Subscribers hear of an end once the rest is known of the task, which is after `waitFor` has its answer. */
const endsTold = (app: INestApplication, count: number): Promise<void> =>
  new Promise((resolve) => {
    let told = 0;
    for (const name of ['task.completed', 'task.failed'] as const)
      from(app, EventBus).on(name, () => void (++told === count && resolve()));
  });

const PATH = '/tasker/health/status';
const status = (app: INestApplication) => request(app.getHttpServer()).get(PATH);

describe('status', () => {
  it('tells what is true', async () => {
    const app = await serve({ status: { access: 'public', cacheMs: 0 } });
    const tasker = from(app, TaskerService);
    const contexts = [{}, {}, {}, { fails: true }];
    const told = endsTold(app, contexts.length);
    const created = await tasker.createMany(contexts.map((context) => ({ name: 'greet', context })));
    for (const { taskId } of created) await tasker.waitFor(taskId, { timeoutMs: 10_000 });
    await within(10_000, 'the ends to be told', told);
    const response = await status(app).expect(200);
    const body = response.body as TaskerStatus;
    expect(response.headers['cache-control']).toContain('no-store');
    expect(body.metrics.tasks).toMatchObject({
      total: 4,
      exact: true,
      pending: 0,
      inProgress: 0,
      complete: 3,
      error: 1,
    });
    expect(body.metrics.steps).toMatchObject({ ready: 0, inProgress: 0, error: 1, unserved: 0 });
    expect(body.metrics.retries).toEqual({ inBackoff: 0, overdue: 0, exhausted: 0, permanent: 1 });
    expect(body.workers).toMatchObject({ live: 1, lost: 0 });
    expect(body.database.maxConnections).toBe(300);
    expect(body.database.connections).toBeGreaterThan(0);
    expect(body.trends).toMatchObject({ windowMs: 3_600_000, completionRate: 0.75, errorRate: 0.25 });
    expect(body.trends.tasksEndedPerMinute * 60).toBeCloseTo(4, 0);
    expect(body.readiness.worker?.up).toBe(true);
    expect(body.registries.handlers).toEqual({ total: 1, names: ['greet'] });
    expect(body.registries.templates).toEqual({
      total: 1,
      namespaces: 1,
      byNamespace: { default: { greet: ['1.0.0'] } },
    });
    expect(body.registries.subscribers).toMatchObject({
      ...{ total: 2, calls: 4, failures: 1 },
      bySubscriber: [
        {
          subscriber: 'Audit.ended',
          events: ['task.completed'],
          filter: { namespace: 'default' },
          calls: 3,
          failures: 0,
        },
        { subscriber: 'Audit.failed', events: ['task.failed'], filter: {}, calls: 1, failures: 1 },
      ],
    });
    expect(body).toMatchObject({ healthy: true, findings: [], cached: false });
  });

  it('finds work that nobody can do', async () => {
    const app = await serve({ status: { access: 'public' } }, 'api');
    await from(app, TaskerService).create({ name: 'greet' });
    const body = (await status(app).expect(200)).body as TaskerStatus;
    expect(body.healthy).toBe(false);
    expect(body.findings).toEqual([
      '1 ready steps have no live worker with their handler',
      'there are unfinished tasks and no live worker',
    ]);
    expect(body.metrics.tasks).toMatchObject({ total: 1, pending: 1 });
    expect(body.queue.oldestMs).toBeGreaterThan(0);
  });

  it('gathers once for everybody within the cache time', async () => {
    const app = await serve({ status: { access: 'public', cacheMs: 600_000 } });
    const first = (await status(app)).body as TaskerStatus;
    await from(app, TaskerService).create({ name: 'greet' });
    const second = (await status(app)).body as TaskerStatus;
    expect(second).toEqual({ ...first, cached: true });
  });

  it('is not there unless it is asked for', async () => {
    await status(await serve({})).expect(404);
  });

  it('stops the boot when nobody says who may see it', async () => {
    await expect(serve({ status: {} })).rejects.toMatchObject({ code: 'TSK_BOOT_INVALID' });
  });

  it('is for those who have the permission', async () => {
    const app = await serve({ status: { access: policy } });
    await status(app).expect(401);
    await status(app).set('x-grant', 'tasker.task:index').expect(403);
    await status(app).set('x-grant', 'tasker.health_status:index').expect(200);
    await request(app.getHttpServer()).get('/tasker/health/live').expect(200);
  });

  it('answers on a million tasks without reading them', async () => {
    const url = await apps.database();
    await serve({}, 'api', url);
    await fill(url);
    const before = await rowsRead(url);
    const database = new TaskerDatabase({ connectionString: url, schema: 'tasker', applicationName: 'test' });
    const watch = new WatchStore(database, 30_000);
    try {
      const { tasks } = await watch.overview();
      await watch.trends();
      await watch.gauges();
      expect(tasks.total).toBeGreaterThan(950_000);
      expect(tasks).toMatchObject({ exact: false, error: 1_000, pending: 2_000 });
    } finally {
      await database.close();
    }
    // Those that failed or wait, some of them more than once; `npm run bench:insights` has the milliseconds.
    expect((await rowsRead(url)) - before).toBeLessThan(50_000);
  }, 180_000);
});

const policy: AccessPolicy = {
  authenticate: (incoming) => {
    const grant = (incoming as { headers: Record<string, string | undefined> }).headers['x-grant'];
    const principal: Principal | null =
      grant === undefined ? null : { id: 'ops', permissions: [grant], namespaces: '*' };
    return Promise.resolve(principal);
  },
};

/** Rows and entries of indexes read so far. A session says what it has read when it ends: there must be no other. */
async function rowsRead(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ read: string }>(`
      select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) as read
        from pg_stat_all_tables where schemaname = 'tasker'`);
    return Number(rows[0]?.read);
  } finally {
    await client.end();
  }
}

/** A million finished tasks of a month with their history, some failed, and a queue. */
async function fill(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      insert into tasker.tasks (requested_at, started_at, finished_at, template_id, state, correlation_id, context)
      select t.at, t.at, t.at + interval '1 second', 1, case when n % 1000 = 0 then 11 else 10 end, 'c', '{}'
        from generate_series(1, 1000000) n
        cross join lateral (select now() - interval '30 days' + n * interval '2.5 seconds' as at) t`);
    await client.query(`
      insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
      select t.id, t.finished_at, 1, 1, t.state from tasker.tasks t order by t.id`);
    await client.query(`
      insert into tasker.step_history (task_id, at, started_at, worker_id, position, attempt, from_state, to_state, error, fingerprint)
      select t.id, t.finished_at, t.started_at, 1, 0, 1, 2, t.state, e.error,
             case when e.error is not null then tasker.error_fingerprint_v1(e.error) end
        from tasker.tasks t cross join lateral (select
          case when t.state = tasker.task_error() then '{"kind": "permanent", "name": "Error", "message": "no"}'::jsonb end as error) e
       order by t.id`);
    await client.query(`
      with t as (insert into tasker.tasks (requested_at, template_id, state, correlation_id, context)
                 select now(), 1, 0, 'c', '{}' from generate_series(1, 2000) returning id)
      insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
      select (select min(l.id) from tasker.lanes l), 0, t.id, 1, 0, true, now() from t`);
    await client.query('vacuum analyze tasker.tasks');
    await client.query('vacuum analyze tasker.task_history');
    await client.query('vacuum analyze tasker.step_history');
  } finally {
    await client.end();
  }
}
