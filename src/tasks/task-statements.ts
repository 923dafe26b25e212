/**
 * Statements of the read side over Tasker's public views. The schema is written as `tasker.` here too; the reader puts
 * the configured one in its place. Ids are cast to text, because hosts like to make pg parse bigints as numbers.
 */

const SUMMARY = `task_id::text as id, namespace, name, version, state, priority, identity, initiator, source_system as "sourceSystem", reason,
  tags, correlation_id as "correlationId", requested_at as "requestedAt", started_at as "startedAt", finished_at as "finishedAt"`;

/** $1 task. One row or none. @internal */
export const FIND_TASK = `select ${SUMMARY}, context from tasker.task_list where task_id = $1`;

/** $1 task. Rows in the order of the template. @internal */
export const FIND_STEPS = `select name, state, attempt, parents, result, last_error as error, blocked,
  started_at as "startedAt", finished_at as "finishedAt", next_retry_at as "nextRetryAt"
  from tasker.task_steps where task_id = $1 order by position`;

/** $1 state, $2 namespace, $3 name, $4 id to begin below: null each for any; $5 most rows. Newest first. @internal */
export const LIST_TASKS = `select ${SUMMARY} from tasker.task_list
  where ($1::text is null or state = $1) and ($2::text is null or namespace = $2) and ($3::text is null or name = $3)
    and ($4::bigint is null or task_id < $4)
  order by task_id desc limit $5`;

/** $1 tasks. Those among them that have finished. @internal */
export const FINISHED_AMONG =
  'select task_id::text as id from tasker.task_list where task_id = any($1::bigint[]) and finished_at is not null';

/** $1 task. In order; none when there is no such task. @internal */
export const FIND_TASK_TRANSITIONS = `select from_state as "from", to_state as "to", at, worker_id as "workerId", actor, reason
  from tasker.task_transitions where task_id = $1 order by ordinal`;

/** $1 task. In order. @internal */
export const FIND_STEP_TRANSITIONS = `select step, from_state as "from", to_state as "to", at, attempt, worker_id as "workerId",
  actor, reason, error from tasker.step_transitions where task_id = $1 order by ordinal`;
