/**
 * Statements of the read side. The schema is written as `tasker.`. Ids are cast to text, because hosts like to make pg
 * parse bigints as numbers.
 */

/** Columns of a summary, over {@link TASKS}. @internal */
export const SUMMARY = `t.id::text as id, m.namespace, m.name, m.version, tasker.task_state_v1(y.state) as state, t.hold, t.priority,
  t.lock_version as "lockVersion", t.identity, t.initiator, t.source_system as "sourceSystem", t.reason, t.tags,
  t.correlation_id as "correlationId", t.requested_at as "requestedAt", y.started_at as "startedAt", t.finished_at as "finishedAt"`;

/** Beside `tasker.tasks t`: how the task stands. @internal */
export const TASK_NOW = 'cross join lateral tasker.task_now_v1(t.id, t.state, t.started_at) y';

/** Where a filter's condition looks. @internal */
export const TASKS = `tasker.tasks t join tasker.task_templates m on m.id = t.template_id ${TASK_NOW}`;

/** $1 task. One row or none. @internal */
export const FIND_TASK = `select ${SUMMARY}, t.context from ${TASKS} where t.id = $1`;

/** $1 task. One row or none. @internal */
export const FIND_SUMMARY = `select ${SUMMARY} from ${TASKS} where t.id = $1`;

/** $1 task. Rows in the order of the template; their last errors are read at once, by {@link FIND_LAST_ERRORS}. @internal */
export const FIND_STEPS = `select position, name, state, attempt, retry_limit as "retryLimit", granted, skippable, parents, result,
  blocked, inputs, worker_id as "workerId", started_at as "startedAt", finished_at as "finishedAt", next_retry_at as "nextRetryAt"
  from tasker.task_steps where task_id = $1 order by position`;

/**
 * $1 task. Why steps are skipped, those that are: as `skip_reason` of the view says it, in one look at the task's history.
 *
 * @internal
 */
export const FIND_SKIP_REASONS = `select distinct on (h.position) h.position, tasker.skip_reason_v1(h.actor, h.metadata) as "skipReason"
  from tasker.step_history h
  join tasker.steps s on s.task_id = h.task_id and s.position = h.position and s.state = h.to_state
  where h.task_id = $1 and h.to_state in (tasker.step_skipped(), tasker.step_not_taken()) and tasker.step_rare_v1(h.to_state)
  order by h.position, h.at desc`;

/** $1 task. How the last failed attempt of each step failed: one look at the task's history. @internal */
export const FIND_LAST_ERRORS = `select distinct on (position) position, error from tasker.step_history
  where task_id = $1 and error is not null order by position, at desc`;

/** $1 tasks. Those among them that have finished. @internal */
export const FINISHED_AMONG =
  'select task_id::text as id from tasker.task_list where task_id = any($1::bigint[]) and finished_at is not null';

/** $1 tasks, $2 namespaces or null for all. In the order of the tasks. A step without a row has not begun. @internal */
export const TASK_PROGRESS = `select t.id::text as "taskId", m.namespace, tasker.task_state_v1(y.state) as state, t.hold,
  p.total, s.completed, s.failed, s.running
  from unnest($1::bigint[]) with ordinality as k(id, ord)
  join tasker.tasks t on t.id = k.id join tasker.task_templates m on m.id = t.template_id ${TASK_NOW}
  cross join lateral (select count(*)::int as total from tasker.step_templates p where p.template_id = t.template_id) p
  cross join lateral (
    select count(*) filter (where tasker.step_satisfied_v1(x.state))::int as completed,
           count(*) filter (where tasker.step_ended_v1(x.state) and not tasker.step_satisfied_v1(x.state))::int as failed,
           count(*) filter (where x.state = tasker.step_in_progress())::int as running
      from tasker.steps x where x.task_id = t.id and x.position >= 0 offset 0) s
  where $2::text[] is null or m.namespace = any ($2) order by k.ord`;

/** $1 tasks. Of each that has one, the last failure of its steps. @internal */
export const LAST_ERRORS = `select t.id::text as "taskId", n.name as step, h.error ->> 'kind' as kind, h.error ->> 'code' as code,
  left(h.error ->> 'message', 500) as message, h.error #>> '{context,status}' as status
  from unnest($1::bigint[]) as k(id) join tasker.tasks t on t.id = k.id
  cross join lateral (select x.position, x.error from tasker.step_history x
                       where x.task_id = t.id and x.error is not null order by x.at desc, x.position limit 1) h
  join tasker.step_templates n on n.template_id = t.template_id and n.position = h.position`;

/** $1 task. In order; none when there is no such task. @internal */
export const FIND_TASK_TRANSITIONS = latest(
  `ordinal, from_state as "from", to_state as "to", at, worker_id as "workerId", actor, reason`,
  'task_transitions',
);

/** $1 task, $2 how many, the latest of them. In order. @internal */
export const FIND_STEP_TRANSITIONS = latest(
  `ordinal, step, from_state as "from", to_state as "to", at, attempt, worker_id as "workerId", actor, reason, error`,
  'step_transitions',
);

/** One row when contexts have an index, which is made on demand. @internal */
export const HAS_CONTEXT_INDEX =
  "select from pg_index i where i.indexrelid = to_regclass('tasker.tasks_context') and i.indisvalid";

/** $1 task, $2 how many. */
function latest(columns: string, view: string): string {
  const found = `select ${columns} from tasker.${view} where task_id = $1 order by ordinal desc limit $2`;
  return `select * from (${found}) latest order by ordinal`;
}
