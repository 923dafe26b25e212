// A worker process of one engine: runs its steps, notes when each handler was called, and answers the driver.
import { ENGINES } from './engines.mjs';
import { nowMs } from './clock.mjs';
import { GRAPHS } from './graphs.mjs';

/** How often the driver hears the count of calls; it decides nothing that is measured. */
const PROGRESS_EVERY_MS = 20;

function makeRecorder({ expected, notify }) {
  const flows = [];
  const times = [];
  let firstCpu;
  let lastCpu;
  return {
    get calls() {
      return times.length;
    },
    /** Called by every handler, of every engine: this is all they do. */
    record(flow, isLast) {
      firstCpu ??= process.cpuUsage();
      flows.push(flow);
      times.push(nowMs());
      if (times.length === expected) lastCpu = process.cpuUsage(firstCpu);
      if (notify && isLast) process.send({ ended: flow });
    },
    report() {
      const { user, system } = lastCpu ?? (firstCpu ? process.cpuUsage(firstCpu) : { user: 0, system: 0 });
      return { flows: Float64Array.from(flows), times: Float64Array.from(times), nodeUs: user + system };
    },
  };
}

function sendProgress(recorder) {
  let told = 0;
  setInterval(() => {
    if (recorder.calls > told) process.send({ calls: (told = recorder.calls) });
  }, PROGRESS_EVERY_MS).unref();
}

async function main({ engine, bed, expected, notify }) {
  const adapter = await ENGINES[engine].load(bed);
  const recorder = makeRecorder({ expected, notify });
  sendProgress(recorder);
  const running = await adapter.work(bed, GRAPHS[bed.graph], recorder.record);
  const startedAt = new Map();
  process.on('message', (message) => {
    if (message.start !== undefined) {
      startedAt.set(message.start, nowMs());
      void running.start(message.start);
    }
    if (message.stop) {
      void running.close().then(() => {
        process.send({ report: { ...recorder.report(), startedAt, ended: running.ended?.() ?? null } }, () =>
          process.exit(0),
        );
      });
    }
  });
  process.send({ ready: true });
}

// Its driver is gone, so nobody wants the answer.
process.on('disconnect', () => process.exit(1));
process.once('message', (order) => void main(order));
