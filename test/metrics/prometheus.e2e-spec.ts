import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { INestApplication } from '@nestjs/common';
import { TaskerService } from '@tasker/nestjs';
import { Client } from 'pg';
import { from, TestApps } from '../module/support/boot-app';
import { eventually, isInstalled, PrometheusServer, PROMTOOL } from './support/prometheus-server';
import { BEARER, openShop, type ShopContext } from './support/shop';

const OBSERVABILITY = join(__dirname, '../../observability');
const LANE = '{queue="default",handler="charge"}';

const name = isInstalled
  ? 'a real Prometheus'
  : 'a real Prometheus (skipped: the Debian package "prometheus" is not installed)';

(isInstalled ? describe : describe.skip)(name, () => {
  const apps = new TestApps();
  let prometheus: PrometheusServer;
  let [api, worker]: [INestApplication, INestApplication] = [] as never;
  let url: string;

  beforeAll(async () => {
    url = await apps.database();
    const shops = [await openShop(apps, url, { role: 'api' }), await openShop(apps, url, { role: 'worker' })] as const;
    [api, worker] = [shops[0].app, shops[1].app];
    const targets = shops.map(({ target }) => target);
    prometheus = await PrometheusServer.start(targets, '/metrics', BEARER);
    await prometheus.until('sum(up{job="tasker"})', 2);
  }, 60_000);

  afterAll(async () => {
    await prometheus?.stop();
    await apps.closeAll();
  }, 60_000);

  const run = async (goes: NonNullable<ShopContext['goes']>, count: number): Promise<void> => {
    const tasker = from(api, TaskerService);
    const requests = Array.from({ length: count }, () => ({ namespace: 'shop', name: 'order', context: { goes } }));
    for (const { taskId } of await tasker.createMany(requests)) await tasker.waitFor(taskId, { timeoutMs: 20_000 });
  };

  it('sums what several processes did to what was run', async () => {
    await run('well', 20);
    await run('wrong', 3);
    await run('again', 2);
    const expected = {
      'sum(tasker_tasks_created_total{namespace="shop",task="order"})': 25,
      'sum(tasker_tasks_finished_total{state="complete"})': 22,
      'sum(tasker_tasks_finished_total{state="error"})': 3,
      'sum(tasker_step_attempts_total{step="charge",outcome="complete"})': 22,
      'sum(tasker_step_attempts_total{step="charge",outcome="error"})': 3,
      'sum(tasker_step_attempts_total{step="charge",outcome="retry"})': 2,
      'sum(tasker_step_failures_total{kind="permanent"})': 3,
      'sum(tasker_custom_events_total{event="order.shipped"})': 22,
      'sum(tasker_step_duration_seconds_count{step="ship"})': 22,
      'sum(tasker_step_duration_seconds_bucket{step="ship",le="+Inf"})': 22,
      'sum(tasker_settlement_outcomes_sum)': 49,
      'count(tasker_build_info{role=~"api|worker"})': 2,
    };
    const found: Record<string, number> = {};
    for (const [query, value] of Object.entries(expected)) found[query] = await prometheus.until(query, value);
    expect(found).toEqual(expected);
  }, 60_000);

  it('has the figures of the database once, from whichever process leads', async () => {
    await prometheus.until('sum(tasker_gauges_leader)', 1);
    await prometheus.until('count(tasker_workers{state="live"})', 1);
    await prometheus.until('sum(tasker_workers{state="live"})', 1);
    await prometheus.until('count(tasker_delayed_steps)', 1);
    await prometheus.until(`sum(tasker_queue_workers${LANE})`, 1);
    await prometheus.until('min(tasker_database_up)', 1);
    expect(await prometheus.query('tasker_tasks_unfinished')).toEqual([]);
  }, 60_000);

  it('answers every query of the dashboard with numbers', async () => {
    await onDatabase(url, UNSERVED);
    await operate(api);
    for (let round = 0; round < 4; round++) {
      await run('well', 2);
      await run('wrong', 1);
      await run('again', 1);
      await operate(api);
      await scraped(prometheus);
    }
    const empty: string[] = [];
    for (const query of panelQueries()) {
      const series = await prometheus.query(query);
      if (series.length === 0 || series.every(({ value }) => Number.isNaN(Number(value[1])))) empty.push(query);
    }
    expect(empty).toEqual([]);
  }, 90_000);

  it('has every metric that the dashboard and the alerts speak of', async () => {
    const text = readFileSync(join(OBSERVABILITY, 'alerts.yml'), 'utf8') + panelQueries().join('\n');
    const response = await fetch(`${await api.getUrl()}/metrics`, { headers: { authorization: `Bearer ${BEARER}` } });
    const declared = new Set([...(await response.text()).matchAll(/^# TYPE (\w+)/gm)].map(([, metric]) => metric));
    const used = new Set([...text.matchAll(/\btasker_\w+/g)].map(([word]) => word.replace(/_(bucket|sum|count)$/, '')));
    expect([...used].filter((metric) => !declared.has(metric))).toEqual([]);
  });

  it('gives the lead to another process when the leader stops', async () => {
    const leader = await prometheus.query('tasker_gauges_leader == 1');
    const isApi = leader[0]?.metric['instance'] === new URL(await api.getUrl()).host;
    const other = new URL(await (isApi ? worker : api).getUrl()).host;
    await (isApi ? api : worker).close();
    await prometheus.until(`tasker_gauges_leader{instance="${other}"}`, 1);
    await prometheus.until(`count(tasker_delayed_steps{instance="${other}"})`, 1);
    // What the stopped process said last stands until its next scrape has failed.
    expect(await prometheus.until('count(tasker_gauges_leader == 1)', 1)).toBe(1);
  }, 60_000);
});

(isInstalled ? describe : describe.skip)('the alert rules', () => {
  const promtool = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(PROMTOOL, args, { cwd: OBSERVABILITY });
    return stdout;
  };
  const rules = readFileSync(join(OBSERVABILITY, 'alerts.yml'), 'utf8');
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, alert]) => alert ?? '');

  it('are sound', async () => {
    expect(await promtool('check', 'rules', 'alerts.yml')).toContain(`SUCCESS: ${alerts.length} rules found`);
  });

  it('fire when they should, and not in a sound system', async () => {
    expect(await promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
    const tests = readFileSync(join(OBSERVABILITY, 'alerts.test.yml'), 'utf8');
    const fired = [...tests.matchAll(/alertname="(\w+)", alertstate="firing"/g)].map(([, alert]) => alert);
    expect(fired.sort()).toEqual([...alerts].sort());
  });
});

/** With every variable at "all", and a window short enough for this test. */
function panelQueries(): string[] {
  const dashboard = JSON.parse(readFileSync(join(OBSERVABILITY, 'grafana-dashboard.json'), 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
  };
  return dashboard.panels
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .map((expr) => expr.replaceAll('$__rate_interval', '30s').replaceAll(/"\$(namespace|task)"/g, '".*"'));
}

/** Every process was scraped twice more. */
async function scraped(prometheus: PrometheusServer): Promise<void> {
  const times = 'min(count_over_time(up{job="tasker"}[10m]))';
  const before = await prometheus.value(times);
  await eventually('two more scrapes', async () => (await prometheus.value(times)) >= before + 2);
}

async function operate(app: INestApplication): Promise<void> {
  const tasker = from(app, TaskerService);
  const act = { actor: 'ada', reason: 'to see it' };
  const { taskId } = await tasker.create({ namespace: 'shop', name: 'order', context: { goes: 'wrong' } });
  await tasker.waitFor(taskId, { timeoutMs: 20_000 });
  await tasker.resolve(taskId, act);
}

/** An unfinished task in the queue of nobody, which stays there. */
const UNSERVED = `
  with l as (insert into tasker.lanes (queue, handler) values ('other', 'nobody') returning id),
       t as (insert into tasker.tasks (requested_at, template_id, state, correlation_id, context)
             select now(), min(m.id), 0, 'c', '{}' from tasker.task_templates m returning id, template_id)
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select l.id, 0, t.id, t.template_id, 0, true, now() from l, t`;

async function onDatabase(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
