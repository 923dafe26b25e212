import { connect } from '../database.mjs';
import { makeBed } from '../lab.mjs';
import { drainBacklog } from '../run.mjs';

/** A backlog of single steps while another connection to the same database holds a snapshot, and without one. */
export async function hold(lab, engine, flows) {
  const free = await drained(lab, engine, flows, false);
  const held = await drained(lab, engine, flows, true);
  return {
    ...held,
    freeStepsPerSecond: free.stepsPerSecond,
    ratio: held.stepsPerSecond / free.stepsPerSecond,
    faults: [...held.faults, ...free.faults],
  };
}

async function drained(lab, engine, flows, isHeld) {
  const bed = await makeBed(lab, engine, 'one');
  const holder = isHeld ? await connect(bed.url) : null;
  try {
    // Nothing that dies from here on can be cleaned up.
    await holder?.query('begin isolation level repeatable read');
    await holder?.query('select count(*) from pg_class');
    return await drainBacklog(lab, bed, flows);
  } finally {
    await holder?.end();
    await bed.remove();
  }
}
