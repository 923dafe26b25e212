import { makeBed } from '../lab.mjs';
import { startMeter } from '../resources.mjs';
import { drainBacklog, stepsOf } from '../run.mjs';

/** Throughput: a backlog of flows and one worker process. */
export const backlog = (graph) => async (lab, engine, flows) => {
  const bed = await makeBed(lab, engine, graph);
  try {
    if (engine === 'floor') return await measureFloor(lab, bed, graph, flows);
    const result = await drainBacklog(lab, bed, flows);
    return flows === 1 ? { ...result, p50Ms: (stepsOf(graph, 1) / result.stepsPerSecond) * 1_000 } : result;
  } finally {
    await bed.remove();
  }
};

export async function measureFloor(lab, bed, scenario, size) {
  const spent = await startMeter(lab, bed);
  const { steps, ...figures } = await bed.adapter.measure(bed, scenario, size);
  return { ...figures, ...(await spent(steps)), faults: [] };
}
