import { setTimeout as wait } from 'node:timers/promises';
import { openApplication } from './application.mjs';
import { faultsAfter } from './correctness.mjs';
import { spent } from './resources.mjs';
import { TEMPLATES } from './templates.mjs';

const request = (name) => ({ namespace: 'bench', name, context: { order: 1 } });
const requests = (name, count) => Array.from({ length: count }, () => request(name));

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * q) - 1];
const perSecond = (count, from, to) => (count / (to - from)) * 1_000;

/** Tasks wait in the queue; one worker process runs them all. Timed from its first handler to the last task's end. */
async function drained(name, count, { url, server, client }) {
  const api = await openApplication(url, 'api');
  await api.tasker.createMany(requests(name, count));
  await api.close();
  const worker = await openApplication(url, 'worker');
  const before = await spent(server, client);
  await worker.ends.reach(count);
  const after = await spent(server, client);
  const calls = worker.noop.calls;
  await worker.close();
  const steps = count * TEMPLATES[name].steps.length;
  return {
    rate: perSecond(steps, before.at, after.at),
    serverUs: (after.serverUs - before.serverUs) / steps,
    nodeUs: (after.nodeUs - before.nodeUs) / steps,
    walBytes: (after.walBytes - before.walBytes) / steps,
    faults: await faultsAfter(client, { tasks: count, steps, calls }),
  };
}

/** Creation alone: thousands in one call, then sixteen callers that create one task after the other. */
async function created(count, { url, client }) {
  const api = await openApplication(url, 'api');
  const started = performance.now();
  await api.tasker.createMany(requests('chain10', count));
  const bulk = perSecond(count, started, performance.now());
  const each = Math.ceil(count / 64);
  const again = performance.now();
  const caller = async () => {
    for (let i = 0; i < each; i++) await api.tasker.create(request('chain10'));
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  const single = perSecond(16 * each, again, performance.now());
  await api.close();
  const total = count + 16 * each;
  const { rows } = await client.query(
    'select (select count(*) from tasker.tasks)::int as tasks, (select count(*) from tasker.queue)::int as queued',
  );
  const faults =
    rows[0].tasks === total && rows[0].queued === total ? [] : [`${JSON.stringify(rows[0])}, not ${total}`];
  return { rate: bulk, rate16: single, faults };
}

/** One at a time on an idle system: creation to first handler, and a whole chain. */
async function idle(count, { url, client }) {
  const app = await openApplication(url, 'all');
  const started = [];
  const ended = [];
  for (let i = 0; i < count; i++) {
    await wait(10);
    const at = performance.now();
    app.noop.onCall = () => {
      started.push(performance.now() - at);
      app.noop.onCall = undefined;
    };
    const { taskId } = await app.tasker.create(request('chain10'));
    await app.ends.of(taskId);
    ended.push(performance.now() - at);
  }
  const calls = app.noop.calls;
  await app.close();
  return {
    p50: quantile(ended, 0.5),
    p99: quantile(ended, 0.99),
    start50: quantile(started, 0.5),
    start99: quantile(started, 0.99),
    faults: await faultsAfter(client, { tasks: count, steps: count * 10, calls }),
  };
}

/** Thirty-two chains in flight all the time: what a task takes when the system is busy but not flooded. */
async function inFlight(count, { url, client }) {
  const app = await openApplication(url, 'all');
  const times = [];
  const begun = performance.now();
  const caller = async () => {
    while (times.length < count) {
      const at = performance.now();
      times.push(NaN);
      const slot = times.length - 1;
      const { taskId } = await app.tasker.create(request('chain10'));
      await app.ends.of(taskId);
      times[slot] = performance.now() - at;
    }
  };
  await Promise.all(Array.from({ length: 32 }, caller));
  const rate = perSecond(times.length * 10, begun, performance.now());
  const calls = app.noop.calls;
  await app.close();
  const faults = await faultsAfter(client, { tasks: times.length, steps: times.length * 10, calls });
  return { rate, p50: quantile(times, 0.5), p99: quantile(times, 0.99), faults };
}

/** By name: what is counted, what the first version owes, and how many tasks a full and a quick round have. */
export const SCENARIOS = {
  chain10: { unit: 'steps/s', floor: '30000', full: 10_000, quick: 1_000, run: (n, bed) => drained('chain10', n, bed) },
  diamond: { unit: 'steps/s', floor: '', full: 8_000, quick: 800, run: (n, bed) => drained('diamond', n, bed) },
  layered50: {
    unit: 'steps/s',
    floor: '25000',
    full: 2_000,
    quick: 200,
    run: (n, bed) => drained('layered50', n, bed),
  },
  drain: { unit: 'tasks/s', floor: '18000', full: 50_000, quick: 5_000, run: (n, bed) => drained('one', n, bed) },
  create: { unit: 'tasks/s', floor: '25000', full: 50_000, quick: 5_000, run: created },
  inflight: { unit: 'steps/s', floor: '40 ms', full: 2_000, quick: 320, run: inFlight },
  idle: { unit: '', floor: '15/60 ms', full: 200, quick: 40, run: idle },
};
