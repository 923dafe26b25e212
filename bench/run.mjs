import { setTimeout as wait } from 'node:timers/promises';
import { nowMs } from './clock.mjs';
import { GRAPHS } from './graphs.mjs';
import { startMeter } from './resources.mjs';
import { WorkerProcess } from './worker-process.mjs';

const CHUNK = 1_000;
const SETTLED_WITHIN_MS = 60_000;

export const stepsOf = (graph, flows) => GRAPHS[graph].steps.length * flows;

export const startWorker = ({ engine, order }, { expected, notify = false } = {}) =>
  WorkerProcess.start({ engine, bed: order, expected, notify });

export async function withProducer({ adapter, order }, work) {
  const producer = await adapter.producer(order);
  try {
    return await work(producer);
  } finally {
    await producer.close();
  }
}

/** Starts flows 0 to `count - 1`, a thousand in a call. */
export async function startMany(producer, count) {
  for (let from = 0; from < count; from += CHUNK) {
    await producer.startMany(Array.from({ length: Math.min(CHUNK, count - from) }, (_, i) => from + i));
  }
}

/** The last handler has been called: now what it did must also be recorded. */
export async function awaitSettled(bed) {
  const begun = nowMs();
  for (;;) {
    const pending = await bed.adapter.pending(bed);
    if (pending === 0) return;
    if (nowMs() - begun > SETTLED_WITHIN_MS) throw new Error(`${pending} still pending after ${SETTLED_WITHIN_MS} ms`);
    await wait(20);
  }
}

/** Flows wait; one worker process runs them all. Timed from the first call of a handler to the last. */
export async function drainBacklog(lab, bed, flows) {
  await withProducer(bed, (producer) => startMany(producer, flows));
  const steps = stepsOf(bed.graph, flows);
  const spent = await startMeter(lab, bed);
  const worker = await startWorker(bed, { expected: steps });
  await worker.reach(steps);
  await awaitSettled(bed);
  const spending = await spent(steps);
  const report = await worker.stop();
  return {
    stepsPerSecond: (steps / spanOf(report.times)) * 1_000,
    ...spending,
    nodeCpuUsPerStep: report.nodeUs / steps,
    faults: await faultsOf(bed, report, flows),
  };
}

function spanOf(times) {
  let [first, last] = [Infinity, 0];
  for (const time of times) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return last - first;
}

/** Handlers called once per step, each step reported by an event once, and what the engine's own storage says. */
export async function faultsOf(bed, { flows: called, ended }, flows) {
  const steps = stepsOf(bed.graph, flows);
  const calls = new Map();
  for (const flow of called) calls.set(flow, (calls.get(flow) ?? 0) + 1);
  const uneven = [...calls.values()].filter((count) => count !== GRAPHS[bed.graph].steps.length).length;
  const faults = [];
  if (called.length !== steps) faults.push(`${called.length} calls of handlers instead of ${steps}`);
  if (calls.size !== flows || uneven > 0)
    faults.push(`${flows - calls.size} flows never ran, ${uneven} not as planned`);
  if (ended !== null && ended !== steps) faults.push(`${ended} events of completed steps instead of ${steps}`);
  return [...faults, ...(await bed.adapter.faults(bed, { flows, steps }))];
}
