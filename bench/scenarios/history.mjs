import { TASK_STATE_CODES } from '@tasker/core';
import { makeBed } from '../lab.mjs';
import { drainBacklog } from '../run.mjs';

const GRAPH = 'chain10';

/** Finished tasks with their steps and history, written as SQL: running a million would take the time of all the rest. */
const PRELOAD = [
  `insert into tasker.tasks (requested_at, started_at, finished_at, template_id, state, correlation_id, context)
   select now() - g * interval '1 second', now() - g * interval '1 second', now() - g * interval '1 second',
          (select min(id) from tasker.task_templates), tasker.task_complete(), 'history-' || g, '{"flow": 0}'
     from generate_series(1, $1::int) g`,
  `insert into tasker.steps (task_id, started_at, finished_at, worker_id, position, state, attempt, result)
   select t.id, t.started_at, t.finished_at, 1, p, tasker.step_complete(), 1, '{"ok": true}'
     from tasker.tasks t, generate_series(0, $1::int) p`,
  `insert into tasker.step_history (task_id, at, started_at, worker_id, position, attempt, from_state, to_state)
   select task_id, finished_at, started_at, worker_id, position, 1, from_state, state
     from tasker.steps, tasker.step_in_progress() from_state where position <= $1::int`,
  `insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
   select id, finished_at, 1, tasker.task_in_progress(), state from tasker.tasks where state = $1::int`,
];
/** Steps written per finished task, of the ten it would have: the tables' depth matters here, not their meaning. */
const LAST_POSITION = 1;

/** One database for all rounds of a session: loading it is dear, and its tasks are told apart by their ids. */
let loaded;

async function loadHistory(lab, engine, tasks) {
  const bed = await makeBed(lab, engine, GRAPH);
  const values = [tasks, LAST_POSITION, LAST_POSITION, TASK_STATE_CODES.complete];
  for (const [index, statement] of PRELOAD.entries()) await bed.client.query(statement, [values[index]]);
  // As autovacuum would leave them; otherwise it, and the checkpoint, would start in the middle of the first run.
  await bed.client.query('vacuum (analyze)');
  await bed.client.query('checkpoint');
  return bed;
}

/** The rate with many finished tasks in the tables, and without, one after the other. */
export async function history(lab, engine, flows, { quick }) {
  loaded ??= await loadHistory(lab, engine, quick ? 200_000 : 1_000_000);
  const { rows } = await loaded.client.query('select max(id) as id from tasker.tasks');
  const full = await drainBacklog(lab, { ...loaded, before: rows[0].id }, flows);
  const bed = await makeBed(lab, engine, GRAPH);
  try {
    const empty = await drainBacklog(lab, bed, flows);
    return {
      ...full,
      emptyStepsPerSecond: empty.stepsPerSecond,
      ratio: full.stepsPerSecond / empty.stepsPerSecond,
      faults: [...full.faults, ...empty.faults],
    };
  } finally {
    await bed.remove();
  }
}
