import { setTimeout as wait } from 'node:timers/promises';
import { nowMs } from '../clock.mjs';
import { makeBed } from '../lab.mjs';
import { startMeter } from '../resources.mjs';
import { awaitSettled, faultsOf, startWorker, stepsOf, withProducer } from '../run.mjs';
import { quantile } from '../statistics.mjs';
import { measureFloor } from './backlog.mjs';

const GRAPH = 'chain10';
const IN_FLIGHT = 32;
/** The first flows of a process meet cold caches and code that is not compiled. */
const WARM_UP = 10;

/** One chain at a time on an idle system, 20 to 40 ms between them. */
export const idle = (lab, engine, flows) =>
  latency(lab, engine, flows, async (runFlow) => {
    for (let flow = 0; flow < flows; flow++) {
      await wait(20 + ((flow * 7) % 21));
      await runFlow(flow);
    }
  });

/** Thirty-two chains in flight all the time: busy, but not flooded. */
export const load = (lab, engine, flows) =>
  latency(lab, engine, flows, async (runFlow) => {
    let next = 0;
    const caller = async () => {
      while (next < flows) await runFlow(next++);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  });

async function latency(lab, engine, flows, drive) {
  const bed = await makeBed(lab, engine, GRAPH);
  try {
    if (engine === 'floor') return await measureFloor(lab, bed, 'idle', flows);
    const worker = await startWorker(bed, { expected: stepsOf(GRAPH, flows), notify: true });
    const spent = await startMeter(lab, bed);
    const begun = nowMs();
    const createdAt = await withProducer(bed, (producer) => driveFlows(bed, worker, producer, drive));
    const elapsedMs = nowMs() - begun;
    await worker.reach(stepsOf(GRAPH, flows));
    await awaitSettled(bed);
    const spending = await spent(stepsOf(GRAPH, flows));
    const report = await worker.stop();
    return {
      ...latencies(report, createdAt.size > 0 ? createdAt : report.startedAt),
      stepsPerSecond: (stepsOf(GRAPH, flows) / elapsedMs) * 1_000,
      ...spending,
      nodeCpuUsPerStep: report.nodeUs / stepsOf(GRAPH, flows),
      faults: await faultsOf(bed, report, flows),
    };
  } finally {
    await bed.remove();
  }
}

/** @returns when each flow's creation was asked for; empty when the worker's process creates and notes that itself */
async function driveFlows({ adapter }, worker, producer, drive) {
  const createdAt = new Map();
  await drive(async (flow) => {
    const ended = worker.end(flow);
    if (adapter.createsInWorker) worker.startHere(flow);
    else {
      createdAt.set(flow, nowMs());
      await producer.start(flow);
    }
    await ended;
  });
  return createdAt;
}

/** From the call that creates to the first call of a handler, and to the last. */
function latencies({ flows, times }, createdAt) {
  const [first, last] = [new Map(), new Map()];
  flows.forEach((flow, index) => {
    if (!first.has(flow)) first.set(flow, times[index]);
    last.set(flow, times[index]);
  });
  const measured = [...createdAt.keys()].filter((flow) => flow >= WARM_UP || createdAt.size <= 2 * WARM_UP);
  const since = (moments) => measured.map((flow) => moments.get(flow) - createdAt.get(flow));
  const [starts, ends] = [since(first), since(last)];
  return {
    p50Ms: quantile(ends, 0.5),
    p99Ms: quantile(ends, 0.99),
    startP50Ms: quantile(starts, 0.5),
    startP99Ms: quantile(starts, 0.99),
  };
}
