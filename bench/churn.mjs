// Steady load with retention: do tables and dead rows level off, and what does a transaction cost that somebody holds open?
// An hour is run in a tenth of it: node bench/churn.mjs [--minutes 6] [--rate 1000] [--scale 0.05]
// --scale is autovacuum_vacuum_scale_factor of tasks and steps instead of what the migrations say.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sweepRetention, TaskerDatabase } from '@tasker/postgres';
import { nowMs } from './clock.mjs';
import { connect } from './database.mjs';
import { makeBed, openLab } from './lab.mjs';
import { startMeter } from './resources.mjs';
import { awaitSettled, startWorker, stepsOf, withProducer } from './run.mjs';

const GRAPH = 'chain10';
/** A minute of the hour. */
const PER_MINUTE_MS = 6_000;
/** Finished tasks stay for ten minutes of the hour. */
const KEEP_MS = 10 * PER_MINUTE_MS;
const SWEEP_EVERY_MS = 2_000;
const FEED_EVERY_MS = 50;
const IN_FLIGHT = 2_000;
const CHUNK = 500;
/** What the last third may be larger than the second one and still count as level; dead rows come and go with each vacuum. */
const LEVEL = { bytes: 1.15, dead: 1.5 };

const POLICY = { keepMs: KEEP_MS, keepErrorsMs: null, mode: 'delete', perTemplate: [] };
const TABLES = `select regexp_replace(c.relname, '_(default|\\d{4}w\\d\\d)$', '') as name, sum(pg_total_relation_size(c.oid))::float8 as bytes,
    coalesce(sum(s.n_dead_tup), 0)::float8 as dead
  from pg_class c left join pg_stat_user_tables s on s.relid = c.oid
 where c.relnamespace = 'tasker'::regnamespace and c.relkind = 'r' group by 1`;
const ENDED = `select count(*)::int as tasks, percentile_disc(array[0.5, 0.99]) within group (order by extract(epoch from finished_at - requested_at) * 1000) as ms
  from (select finished_at, requested_at from tasker.tasks order by id desc limit 5000) t where finished_at is not null`;
const SHOWN = ['tasks', 'steps', 'step_history', 'task_history', 'queue'];

const say = (line) => console.log(line);
const mib = (bytes) => (bytes / 2 ** 20).toFixed(0);

/** Sweeps in this process, as a worker of an application would; notes what was pruned. */
function startSweeping(url) {
  const stopping = { aborted: false };
  const sums = { pruned: 0, busyMs: 0 };
  const database = new TaskerDatabase({ connectionString: url, schema: 'tasker', applicationName: 'bench-churn' });
  const done = (async () => {
    while (!stopping.aborted) {
      const begun = nowMs();
      const sweep = await sweepRetention(database, { policy: POLICY, batch: 200, pauseMs: 20, signal: stopping });
      sums.pruned += sweep?.pruned ?? 0;
      sums.busyMs += nowMs() - begun;
      await wait(SWEEP_EVERY_MS);
    }
    await database.close();
  })();
  return { sums, stop: () => ((stopping.aborted = true), done) };
}

/** Creates at a steady rate until told to stop. */
function startFeeding(producer, rate) {
  const state = { flows: 0, stopped: false };
  const begun = nowMs();
  const done = (async () => {
    while (!state.stopped) {
      const due = Math.floor(((nowMs() - begun) / 1_000) * rate) - state.flows;
      if (due > 0) {
        await producer.startMany(Array.from({ length: due }, (_, i) => state.flows + i));
        state.flows += due;
      }
      await wait(FEED_EVERY_MS);
    }
  })();
  return { state, stop: () => ((state.stopped = true), done) };
}

async function look({ client }) {
  const { rows } = await client.query(TABLES);
  const { rows: ended } = await client.query(ENDED);
  const of = (name) => rows.find((row) => row.name === name) ?? { bytes: 0, dead: 0 };
  return {
    tables: Object.fromEntries(SHOWN.map((name) => [name, of(name)])),
    bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
    dead: rows.reduce((sum, row) => sum + row.dead, 0),
    p50: ended[0].ms?.[0] ?? NaN,
    p99: ended[0].ms?.[1] ?? NaN,
  };
}

/** A line per minute of the hour; returns what was seen. */
async function watch(bed, worker, sweeping, minutes, mark) {
  const seen = [];
  let [calls, at] = [worker.calls, nowMs()];
  for (let minute = 1; minute <= minutes; minute++) {
    await wait(PER_MINUTE_MS);
    const sample = await look(bed);
    const now = nowMs();
    sample.rate = ((worker.calls - calls) / (now - at)) * 1_000;
    [calls, at] = [worker.calls, now];
    seen.push(sample);
    const sizes = SHOWN.map(
      (name) => `${name} ${mib(sample.tables[name].bytes)}/${Math.round(sample.tables[name].dead / 1_000)}k`,
    );
    say(
      `${mark} ${String(minute).padStart(2)}: ${Math.round(sample.rate)} steps/s, p50 ${sample.p50.toFixed(0)} p99 ${sample.p99.toFixed(0)} ms, ` +
        `${mib(sample.bytes)} MiB, ${Math.round(sample.dead / 1_000)}k dead; ${sizes.join(', ')}; pruned ${sweeping.sums.pruned}`,
    );
  }
  return seen;
}

/** What a phase took: database CPU per step, latency, rate. */
async function phase(lab, bed, worker, sweeping, minutes, mark) {
  const spent = await startMeter(lab, bed);
  const calls = worker.calls;
  const seen = await watch(bed, worker, sweeping, minutes, mark);
  const { pgCpuUsPerStep } = await spent(worker.calls - calls);
  return { seen, cpu: pgCpuUsPerStep, rate: mean(seen, 'rate'), p50: mean(seen, 'p50'), p99: mean(seen, 'p99') };
}

const most = (seen, key) => Math.max(...seen.map((sample) => sample[key]));
const mean = (seen, key) => seen.reduce((sum, sample) => sum + sample[key], 0) / seen.length;

function judge(seen) {
  const third = Math.floor(seen.length / 3);
  const [middle, last] = [seen.slice(third, 2 * third), seen.slice(2 * third)];
  return { bytes: most(last, 'bytes') / most(middle, 'bytes'), dead: mean(last, 'dead') / mean(middle, 'dead') };
}

async function hold(url) {
  const holder = await connect(url);
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from pg_class');
  return holder;
}

/** As fast as it goes, for so many tasks. @returns steps per second */
async function flatOut(bed, worker, producer, from, tasks) {
  const before = worker.calls;
  const begun = nowMs();
  for (let made = 0; made < tasks;) {
    if (made - (worker.calls - before) / stepsOf(GRAPH, 1) > IN_FLIGHT) await wait(2);
    else {
      const next = made;
      await producer.startMany(Array.from({ length: CHUNK }, (_, i) => from + next + i));
      made += CHUNK;
    }
  }
  await worker.reach(before + stepsOf(GRAPH, tasks));
  const rate = stepsOf(GRAPH, tasks) / ((nowMs() - begun) / 1_000);
  await awaitSettled(bed);
  return rate;
}

async function main() {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, rate: { type: 'string' }, scale: { type: 'string' } },
  });
  const minutes = Number(values.minutes ?? 6) * 10;
  const rate = Number(values.rate ?? 1_000);
  const lab = await openLab({ engines: ['tasker'] });
  // Its minute is compressed as everything else is.
  await lab.admin.query(`alter system set autovacuum_naptime = '${PER_MINUTE_MS / 1_000}s'`);
  await lab.admin.query('select pg_reload_conf()');
  const bed = await makeBed(lab, 'tasker', GRAPH);
  for (const table of values.scale ? ['tasks', 'steps'] : []) {
    await bed.client.query(
      `alter table tasker.${table} set (autovacuum_vacuum_scale_factor = ${Number(values.scale)})`,
    );
  }
  const worker = await startWorker(bed);
  const sweeping = startSweeping(bed.order.url);
  let level;
  try {
    level = await withProducer(bed, async (producer) => {
      say(
        `${rate} tasks/s of ten steps, kept ${KEEP_MS / 1_000} s; size MiB/dead rows per table; a line is a minute of the hour`,
      );
      const feeding = startFeeding(producer, rate);
      const steady = await phase(lab, bed, worker, sweeping, minutes, 'steady');
      const holder = await hold(bed.order.url);
      const held = await phase(lab, bed, worker, sweeping, 10, 'held');
      await holder.end();
      const after = await phase(lab, bed, worker, sweeping, 15, 'after');
      await feeding.stop();
      const level = judge(steady.seen);
      const tasks = Math.max(CHUNK, Math.round((rate * 10 * PER_MINUTE_MS) / 1_000 / CHUNK) * CHUNK);
      const free = await flatOut(bed, worker, producer, 10_000_000, tasks);
      const holding = await hold(bed.order.url);
      const slowed = await flatOut(bed, worker, producer, 20_000_000, tasks);
      await holding.end();
      report({ steady, held, after, level, free, slowed, sums: sweeping.sums });
      return level;
    });
  } finally {
    await sweeping.stop();
    await worker.stop();
    await bed.remove();
    await lab.close();
  }
  process.exitCode = level.bytes <= LEVEL.bytes && level.dead <= LEVEL.dead ? 0 : 1;
}

function report({ steady, held, after, level, free, slowed, sums }) {
  const line = (name, { rate, p50, p99, cpu, seen }) =>
    `${name.padEnd(7)} ${Math.round(rate)} steps/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${cpu.toFixed(1)} µs of PostgreSQL per step, ` +
    `at most ${mib(most(seen, 'bytes'))} MiB and ${Math.round(most(seen, 'dead') / 1_000)}k dead rows`;
  say(['', line('steady', steady), line('held', held), line('after', after)].join('\n'));
  say(
    `last third against the second one: size ×${level.bytes.toFixed(2)}, dead rows ×${level.dead.toFixed(2)} (level: at most ×${LEVEL.bytes} and ×${LEVEL.dead})`,
  );
  say(
    `ten minutes' worth of work, flat out: ${Math.round(free)} steps/s; with a transaction held: ${Math.round(slowed)} (×${(slowed / free).toFixed(2)})`,
  );
  say(`pruned ${sums.pruned} tasks, ${Math.round((sums.pruned / sums.busyMs) * 1_000)} a second while sweeping`);
}

await main();
