import { parseArgs } from 'node:util';
import { startPostgres } from '@tasker/embedded-postgres';
import {
  AnalyticsStore,
  DiagramStore,
  ExplanationStore,
  Session,
  StepInsightStore,
  TaskReadStore,
  TaskerDatabase,
  TemplateCatalogue,
  WatchStore,
} from '@tasker/postgres';
import { connect } from './database.mjs';
import { fill, prepare } from './insights-fill.mjs';
import { POSTGRES_SETTINGS } from './lab.mjs';
import { quantile } from './statistics.mjs';

/** The read model on many tasks: every method twenty times. Exits with 1 when one of the first part or of the status is above its limit. */
const LIMIT_MS = 100;
const { values: options } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100000' },
    many: { type: 'string', default: '1000000' },
    calls: { type: 'string', default: '20' },
    url: { type: 'string' },
  },
});

const DAY = 86_400_000;
const week = () => ({ since: new Date(Date.now() - 8 * DAY) });

function readSide(client) {
  const session = new Session(async (sql, values) => (await client.query(sql, values)).rows, 'tasker');
  const tasks = new TaskReadStore(session);
  const steps = new StepInsightStore(session);
  return {
    ...{ tasks, steps, analytics: new AnalyticsStore(session) },
    explanations: new ExplanationStore(session, tasks, steps),
    diagrams: new DiagramStore(new TemplateCatalogue(session), tasks, steps),
  };
}

const searches = ({ tasks }, group) => ({
  'list()': () => tasks.list({}),
  'list(state: error)': () => tasks.list({ state: 'error' }),
  'list(state: pending)': () => tasks.list({ state: 'pending' }),
  'list(state: cancelled, namespace)': () => tasks.list({ state: 'cancelled', namespace: 'billing' }),
  'list(name, version)': () => tasks.list({ name: 'refund', version: '1.0.0' }),
  'list(context of one task)': () => tasks.list({ context: { order: 4711 } }),
  'list(context, many match)': () => tasks.list({ context: { express: true } }),
  'list(tags)': () => tasks.list({ tags: ['vip', 'region_3'] }),
  'list(annotation)': () => tasks.list({ annotation: { type: 'note', contains: { ticket: 50 } } }),
  'list(an hour four days ago)': () =>
    tasks.list({
      requestedAfter: new Date(Date.now() - 4 * DAY),
      requestedBefore: new Date(Date.now() - 4 * DAY + 3_600_000),
    }),
  'list(finished in the last hour)': () => tasks.list({ finishedAfter: new Date(Date.now() - 3_600_000) }),
  'list(errorFingerprint)': () => tasks.list({ errorFingerprint: group }),
  'list(step in error)': () => tasks.list({ step: 'step_5', stepState: 'error' }),
  'list(correlationId)': () => tasks.list({ correlationId: 'request-4711' }),
  'count()': () => tasks.count({}),
  'count(state: error)': () => tasks.count({ state: 'error' }),
  'count(state: pending)': () => tasks.count({ state: 'pending' }),
  'count(state: complete)': () => tasks.count({ state: 'complete' }),
  'count(context, many match)': () => tasks.count({ context: { express: true } }),
  'count(tags)': () => tasks.count({ tags: ['vip'] }),
});

const insights = ({ steps, analytics, explanations, diagrams }, { live, failed }) => ({
  'readiness(live)': () => steps.readiness(live),
  'executionContext(live)': () => steps.executionContext(live),
  levels: () => steps.levels(failed),
  criticalPath: () => steps.criticalPath(failed),
  errorChains: () => steps.errorChains(failed),
  blastRadius: () => steps.blastRadius(failed, 'step_1'),
  parallelism: () => steps.parallelism(failed),
  'explain(failed)': () => explanations.explain(failed),
  taskDiagram: () => diagrams.task(failed),
  templateDiagram: () => diagrams.template({ namespace: 'shop', name: 'order' }),
  healthCounts: () => analytics.healthCounts(),
  'performance(day, template)': () => analytics.performance({}),
  'performance(day, step)': () => analytics.performance({ groupBy: 'step' }),
  'performance(day, one namespace)': () => analytics.performance({ namespace: 'billing', groupBy: 'version' }),
  'slowestSteps(day)': () => analytics.slowestSteps({}),
  'slowestTasks(day)': () => analytics.slowestTasks({}),
  'bottlenecks(day)': () => analytics.bottlenecks({}),
  'failureGroups(day)': () => analytics.failureGroups({}),
});

const wholeWeek = ({ analytics }) => ({
  'performance(week, template)': () => analytics.performance(week()),
  'performance(week, step)': () => analytics.performance({ ...week(), groupBy: 'step' }),
  'slowestSteps(week)': () => analytics.slowestSteps(week()),
  'slowestTasks(week)': () => analytics.slowestTasks(week()),
  'bottlenecks(week)': () => analytics.bottlenecks(week()),
  'failureGroups(week)': () => analytics.failureGroups(week()),
});

/** Prints a table; gives the names of what took longer than the limit. */
async function measure(title, calls, limitMs) {
  console.log(`\n${title}\n\n| call | p50 ms | p99 ms |\n| --- | ---: | ---: |`);
  const slow = [];
  for (const [name, call] of Object.entries(calls)) {
    await call();
    const times = [];
    for (let i = 0; i < Number(options.calls); i++) {
      const began = performance.now();
      await call();
      times.push(performance.now() - began);
    }
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    console.log(`| ${name} | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`);
    if (p50 > limitMs) slow.push(name);
  }
  return slow;
}

async function withTasks(server, finished, work) {
  const name = `insights_${finished}`;
  const admin = await connect(server.url);
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const templates = await prepare(url.toString());
  const client = await connect(url.toString());
  const began = performance.now();
  await fill(client, templates, { finished, live: 400 });
  console.log(`\n${finished} tasks written in ${Math.round((performance.now() - began) / 1000)} s`);
  try {
    return await work(client, url.toString());
  } finally {
    await client.end();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

/** What the health endpoint and the metrics ask of the database, through a session of their own as there. */
async function measureStatus(connectionString) {
  const database = new TaskerDatabase({ connectionString, schema: 'tasker', applicationName: 'bench' });
  try {
    const watch = new WatchStore(database, 30_000);
    const calls = { overview: () => watch.overview(), trends: () => watch.trends(), gauges: () => watch.gauges() };
    return await measure(`${options.many} tasks: status and metrics`, calls, LIMIT_MS);
  } finally {
    await database.close();
  }
}

const server = options.url
  ? { url: options.url, stop: async () => undefined }
  : await startPostgres({ settings: POSTGRES_SETTINGS });
try {
  const slow = await withTasks(server, Number(options.tasks), async (client) => {
    const read = readSide(client);
    const [live] = (await read.tasks.list({ state: 'pending', limit: 1 })).tasks;
    const [failed] = (await read.tasks.list({ state: 'error', limit: 1 })).tasks;
    const [group] = await read.analytics.failureGroups({ limit: 1 });
    const one = await measure(
      `${options.tasks} tasks: insights`,
      insights(read, { live: live.id, failed: failed.id }),
      LIMIT_MS,
    );
    const two = await measure(`${options.tasks} tasks: search`, searches(read, group.fingerprint), LIMIT_MS);
    await measure(`${options.tasks} tasks: everything there is, as a window`, wholeWeek(read), Infinity);
    return [...one, ...two];
  });
  if (Number(options.many) > 0) {
    await withTasks(server, Number(options.many), async (client, url) => {
      const read = readSide(client);
      const [group] = await read.analytics.failureGroups({ limit: 1 });
      await measure(
        `${options.many} tasks: search`,
        { ...searches(read, group.fingerprint), healthCounts: () => read.analytics.healthCounts() },
        Infinity,
      );
      slow.push(...(await measureStatus(url)));
    });
  }
  if (slow.length > 0) {
    console.error(`\nAbove ${LIMIT_MS} ms: ${slow.join(', ')}`);
    process.exitCode = 1;
  }
} finally {
  await server.stop();
}
