import { nowMs } from '../clock.mjs';
import { ENGINES } from '../engines.mjs';
import { makeBed } from '../lab.mjs';
import { startMeter } from '../resources.mjs';
import { startMany, withProducer } from '../run.mjs';

const CALLERS = 16;

/** Creation alone, of flows of one step: a thousand in a call, then sixteen callers that create one after the other. */
export async function create(lab, engine, flows) {
  const bed = await makeBed(lab, engine, 'one');
  try {
    const spent = await startMeter(lab, bed);
    const figures = await withProducer(bed, async (producer) => {
      const cpu = process.cpuUsage();
      const bulkMs = await timed(() => startMany(producer, flows));
      const { user, system } = process.cpuUsage(cpu);
      const spending = await spent(flows);
      const each = Math.ceil(flows / 8 / CALLERS);
      const singlesMs = await timed(() => Promise.all(Array.from({ length: CALLERS }, () => singly(producer, each))));
      return {
        stepsPerSecond: (flows / bulkMs) * 1_000,
        ...spending,
        nodeCpuUsPerStep: (user + system) / flows,
        singlesPerSecond: ((CALLERS * each) / singlesMs) * 1_000,
        total: flows + CALLERS * each,
      };
    });
    const { total, ...result } = figures;
    const pending = await bed.adapter.pending(bed);
    const wanted = total * (ENGINES[engine].pendingPerFlow ?? 1);
    if (bed.store === 'redis') await bed.adapter.faults(bed);
    return { ...result, faults: pending === wanted ? [] : [`${pending} wait instead of ${wanted}`] };
  } finally {
    await bed.remove();
  }
}

async function timed(work) {
  const begun = nowMs();
  await work();
  return nowMs() - begun;
}

async function singly(producer, count) {
  for (let flow = 0; flow < count; flow++) await producer.start(flow);
}
