import { createContextIndex, migrate, PostgresEngineStore, TaskerDatabase } from '@tasker/postgres';

const STEPS = 8;
const STEP_DEFAULTS = {
  ...{ retryable: true, retryLimit: 3, backoff: {}, timeoutMs: null, skippable: false, queue: 'default' },
  ...{ onWorkerLoss: 'retry', handlerConfig: {}, customEvents: [] },
};

/** A diamond of eight: one root, two branches of three, one end. */
const definition = (namespace, name, version) => ({
  ...{ namespace, name, version, customEvents: [], handlerConfig: {} },
  steps: [[], [0], [0], [1], [2], [3], [4], [5, 6]].map((parents, at) => ({
    ...STEP_DEFAULTS,
    ...{ name: `step_${at}`, handler: `${name}_${at}`, dependsOn: parents.map((parent) => `step_${parent}`) },
  })),
});

const TEMPLATES = [
  ...[
    definition('shop', 'order', '1.0.0'),
    definition('shop', 'order', '1.1.0'),
    definition('shop', 'refund', '1.0.0'),
  ],
  ...[definition('billing', 'invoice', '1.0.0'), definition('billing', 'dunning', '1.0.0')],
];

/** Migrates the database and registers the templates; gives their ids. */
export async function prepare(url) {
  await migrate({ connectionString: url, schema: 'tasker', mode: 'auto' });
  await createContextIndex({ connectionString: url, schema: 'tasker' });
  const database = new TaskerDatabase({ connectionString: url, schema: 'tasker', applicationName: 'bench-fill' });
  try {
    const plans = await new PostgresEngineStore(database).registerTemplates(TEMPLATES, 'revise');
    return plans.map(({ templateId }) => templateId);
  } finally {
    await database.close();
  }
}

/**
 * Finished tasks of the last week, evenly spread: of a hundred, two end in error (after three attempts of step 5), one is
 * cancelled; one step in twenty needed a second attempt. $1 templates, $2 tasks.
 */
const FINISHED = [
  `insert into tasker.tasks (requested_at, started_at, finished_at, template_id, state, correlation_id, initiator, tags, context)
   select r.at, r.at + interval '20 ms', r.at + r.ms * interval '1 millisecond', ($1::int[])[1 + g % cardinality($1::int[])],
          case when g % 100 < 2 then tasker.task_error() when g % 100 = 2 then tasker.task_cancelled()
               else tasker.task_complete() end, 'request-' || g, 'user_' || g % 50,
          case when g % 10 = 0 then array['vip', 'region_' || g % 7] else '{}' end,
          jsonb_build_object('order', g, 'customer', 'c' || g % 1000, 'express', g % 5 = 0, 'lines', jsonb_build_array(g % 13, g % 17))
     from generate_series(1, $2::int) g
    cross join lateral (select now() - (($2::int - g) * (interval '7 days' / $2::int)) - interval '10 seconds' as at,
                               40 + 60 * -ln(1 - random() * 0.9999) as ms) r`,
  `insert into tasker.steps (task_id, started_at, finished_at, worker_id, position, state, attempt, blocked, waited_ms, result)
   select t.id, t.requested_at + p * interval '5 ms', t.requested_at + (p * 5 + 4) * interval '1 ms', 1, p,
          case when t.state = tasker.task_error() and p = 5 then tasker.step_error()
               when t.state = tasker.task_error() and p = 7 then tasker.step_pending()
               when tasker.task_rare_v1(t.state) and p = 7 then tasker.step_cancelled() else tasker.step_complete() end,
          case when t.state = tasker.task_error() and p = 5 then 3 when (t.id + p) % 20 = 0 then 2 else 1 end,
          t.state = tasker.task_error() and p = 7, (t.id % 9)::int, '{"ok": true}'
     from tasker.tasks t, generate_series(0, ${STEPS - 1}) p where tasker.task_ended_v1(t.state)`,
  `insert into tasker.step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt, from_state, to_state, error, fingerprint)
   select h.*, case when h.error is not null then tasker.error_fingerprint_v1(h.error) end from (
   select s.task_id, case when a = s.attempt then s.finished_at else s.started_at end,
          coalesce(s.finished_at, s.started_at) - (1 + 30 * -ln(1 - random() * 0.9999)) * interval '1 millisecond',
          1, s.waited_ms, s.position, a, tasker.step_in_progress(),
          case when a = s.attempt then s.state else tasker.step_waiting_for_retry() end,
          case when a < s.attempt or s.state = tasker.step_error() then jsonb_build_object('kind', 'error', 'name', 'Error',
            'message', (array['connect ECONNREFUSED 10.0.0.' || s.task_id % 250 || ':5432', 'order ' || s.task_id || ' not found',
                              'Timeout of ' || s.task_id % 900 || ' ms exceeded'])[1 + s.task_id % 3]) end as error
     from tasker.steps s, generate_series(1, s.attempt) a where tasker.step_ended_v1(s.state)) h`,
  `insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
   select id, finished_at, 1, tasker.task_in_progress(), state from tasker.tasks where tasker.task_ended_v1(state)`,
];

/** Live tasks: half have a root in the queue, a quarter wait for a retry, a quarter run. $1 templates, $2 tasks. */
const LIVE = [
  `insert into tasker.workers (name, host, pid, version, lanes, concurrency, running, min_task_id, lease_expires_at)
   select 'bench', 'localhost', 1, '0.0.0', array(select id from tasker.lanes where handler not like 'refund%'), 100, $2::int / 4,
          (select max(id) + 1 from tasker.tasks), now() + interval '1 day' where cardinality($1::int[]) > 0`,
  `insert into tasker.tasks (requested_at, started_at, template_id, state, correlation_id, context)
   select now(), case when g % 2 = 1 then now() end, ($1::int[])[1 + g % cardinality($1::int[])], g % 2, 'live-' || g, '{"live": true}'
     from generate_series(1, $2::int) g`,
  `insert into tasker.steps (task_id, started_at, worker_id, position, state, attempt)
   select t.id, now(), (select max(id) from tasker.workers), 0, case when t.id % 4 = 1 then tasker.step_in_progress() else tasker.step_waiting_for_retry() end, 1
     from tasker.tasks t where t.state = tasker.task_in_progress() and $2::int > 0 and cardinality($1::int[]) > 0`,
  `insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
   select m.lane_id, 0, t.id, t.template_id, 0, true, t.requested_at from tasker.tasks t
     join tasker.step_templates m on m.template_id = t.template_id and m.position = 0
    where t.state = tasker.task_pending() and $2::int > 0 and cardinality($1::int[]) > 0`,
  `insert into tasker.delayed_steps (run_at, task_id, template_id, lane_id, rank, position)
   select now() + interval '1 hour', s.task_id, t.template_id, m.lane_id, 0, 0 from tasker.steps s
     join tasker.tasks t on t.id = s.task_id
     join tasker.step_templates m on m.template_id = t.template_id and m.position = 0
    where s.state = tasker.step_waiting_for_retry() and $2::int > 0 and cardinality($1::int[]) > 0`,
];

/** Fills and leaves the tables as autovacuum would. History older than this week goes to the default partition. */
export async function fill(client, templates, { finished, live }) {
  for (const [index, statement] of FINISHED.entries())
    await client.query(statement, index === 0 ? [templates, finished] : []);
  for (const statement of LIVE) await client.query(statement, [templates, live]);
  await client.query(`insert into tasker.annotation_types (name) values ('note') on conflict do nothing`);
  await client.query(
    `insert into tasker.task_annotations (task_id, annotation_type_id, annotation)
     select id, 1, jsonb_build_object('ticket', id % 100) from tasker.tasks where id % 50 = 0`,
  );
  // As whoever maintains does once an hour.
  await client.query('select tasker.roll_up_history_v1(10000)');
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
}
