import { setTimeout as wait } from 'node:timers/promises';
import { nowMs } from '../clock.mjs';
import { makeBed } from '../lab.mjs';
import { startMeter } from '../resources.mjs';
import { awaitSettled, faultsOf, startWorker, stepsOf, withProducer } from '../run.mjs';

const GRAPH = 'chain10';
const FLOWS_IN_FLIGHT = 2_000;
const CHUNK = 500;
const LOOK_EVERY_MS = 5_000;

/** A closed loop of creating and running for some seconds: does the rate last, and what do the tables grow to? */
export async function churn(lab, engine, seconds, { say }) {
  const bed = await makeBed(lab, engine, GRAPH);
  try {
    const worker = await startWorker(bed);
    const spent = await startMeter(lab, bed);
    const begun = nowMs();
    const rates = [];
    const watching = watch(bed, worker, seconds, (line, rate) => rates.push(rate) && say(line));
    const flows = await withProducer(bed, (producer) => feed(worker, producer, begun + seconds * 1_000));
    await worker.reach(stepsOf(GRAPH, flows));
    const elapsedMs = nowMs() - begun;
    await Promise.all([watching, awaitSettled(bed)]);
    const steps = stepsOf(GRAPH, flows);
    const spending = await spent(steps);
    const report = await worker.stop();
    return {
      stepsPerSecond: (steps / elapsedMs) * 1_000,
      ...spending,
      nodeCpuUsPerStep: report.nodeUs / steps,
      ratio: rates.length > 1 ? rates.at(-1) / rates[0] : NaN,
      bytesPerStep: (await sizeOf(bed)) / steps,
      faults: await faultsOf(bed, report, flows),
    };
  } finally {
    await bed.remove();
  }
}

/** Keeps a number of flows in flight until the time is over. @returns how many were created */
async function feed(worker, producer, until) {
  let flows = 0;
  while (nowMs() < until) {
    if (flows - worker.calls / stepsOf(GRAPH, 1) > FLOWS_IN_FLIGHT) await wait(5);
    else {
      const from = flows;
      await producer.startMany(Array.from({ length: CHUNK }, (_, i) => from + i));
      flows += CHUNK;
    }
  }
  return flows;
}

async function watch(bed, worker, seconds, noted) {
  let [at, calls] = [nowMs(), worker.calls];
  for (let second = LOOK_EVERY_MS / 1_000; second <= seconds; second += LOOK_EVERY_MS / 1_000) {
    await wait(LOOK_EVERY_MS);
    const now = nowMs();
    const rate = ((worker.calls - calls) / (now - at)) * 1_000;
    const megabytes = (await sizeOf(bed)) / 2 ** 20;
    noted(`${second} s: ${Math.round(rate)} steps/s, ${megabytes.toFixed(0)} MiB`, rate);
    [at, calls] = [now, worker.calls];
  }
}

async function sizeOf({ client }) {
  const { rows } = await client.query(
    `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c
      where c.relnamespace = 'tasker'::regnamespace and c.relkind = 'r'`,
  );
  return Number(rows[0].bytes);
}
