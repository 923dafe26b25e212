import { makeBed } from '../lab.mjs';
import { awaitSettled, startMany, startWorker, stepsOf, withProducer } from '../run.mjs';

const GRAPH = 'chain10';
/** Short, to measure more than the wait for it; the default is 15 s. */
const LEASE_MS = 3_000;

/** Two workers; one is killed with SIGKILL a third into the work, the other ends it. */
export async function crash(lab, engine, flows) {
  const bed = await makeBed(lab, engine, GRAPH, { leaseMs: LEASE_MS });
  try {
    const steps = stepsOf(GRAPH, flows);
    await withProducer(bed, (producer) => startMany(producer, flows));
    const [victim, survivor] = await Promise.all([startWorker(bed), startWorker(bed)]);
    await victim.reach(steps / 6);
    const { rows } = await bed.client.query('select clock_timestamp() as at');
    victim.kill();
    await awaitSettled(bed);
    await survivor.stop();
    const recovered = await recovery(bed, rows[0].at);
    return { ...recovered, faults: await faults(bed, recovered, flows, steps) };
  } finally {
    await bed.remove();
  }
}

async function recovery({ client }, killedAt) {
  const { rows } = await client.query(
    `select count(*)::int as "stepsTakenOver", extract(epoch from max(started_at) - $1) * 1000 as "recoveryMs"
       from tasker.steps where attempt > 1 and position >= 0`,
    [killedAt],
  );
  return { stepsTakenOver: rows[0].stepsTakenOver, recoveryMs: Number(rows[0].recoveryMs) };
}

async function faults(bed, { stepsTakenOver }, flows, steps) {
  const faults = await bed.adapter.faults(bed, { flows, steps });
  const { rows } = await bed.client.query(
    `select count(*)::int as twice from (
       select 1 from tasker.step_history where from_state = tasker.step_in_progress()
        group by task_id, position, attempt having count(*) > 1) doubled`,
  );
  if (rows[0].twice > 0) faults.push(`${rows[0].twice} attempts settled twice`);
  if (stepsTakenOver === 0) faults.push('the killed worker held nothing, so nothing was shown');
  return faults;
}
