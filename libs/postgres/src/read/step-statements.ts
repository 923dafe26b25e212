/** Statements about the steps of one task, over the functions of 0009_read_model. Numbers are cast for any pg parser. */

/** $1 task. Rows by position; none: no such task. @internal */
export const READINESS = `select r.position, r.step, r.state, r.ready, r.reason, r.parents, r.satisfied_parents as "satisfiedParents",
  r.parent_positions as "parentPositions", r.waits_for as "waitsFor", r.blocked_by as "blockedBy", r.due_at as "dueAt",
  r.queue_ahead as "queueAhead", r.queue_capped as "queueCapped", r.live_workers as "liveWorkers", r.handler, r.queue,
  r.worker_id as "workerId", r.worker, r.host, r.started_at as "startedAt", r.finished_at as "finishedAt", r.attempt,
  r.retry_limit as "retryLimit", r.attempts_left as "attemptsLeft", r.last_failed_at as "lastFailedAt",
  r.skip_reason as "skipReason", r.skip
  from tasker.step_readiness_v1($1) r order by r.position`;

/** $1 task. One row or none. @internal */
export const EXECUTION_CONTEXT = `select task_id::text as "taskId", state, total_steps as "totalSteps", pending_steps as "pendingSteps",
  ready_steps as "readySteps", in_progress_steps as "inProgressSteps", waiting_for_retry_steps as "waitingForRetrySteps", waiting_steps as "waitingSteps",
  completed_steps as "completedSteps", failed_steps as "failedSteps", cancelled_steps as "cancelledSteps",
  blocked_steps as "blockedSteps", unserved_steps as "unservedSteps", execution_status as "executionStatus",
  recommended_action as "recommendedAction", completion_percentage as "completionPercentage", health_status as "healthStatus"
  from tasker.execution_context_v1($1)`;

/** $1 task. By level and position. @internal */
export const LEVELS = 'select position, level from tasker.dependency_levels_v1($1) order by level, position';

/** $1 task. From a root on. @internal */
export const CRITICAL_PATH = `select position, step, duration_ms as "durationMs", waited_ms as "waitedMs"
  from tasker.critical_path_v1($1) order by ord`;

/** $1 task. Milliseconds from the request to the end, or to now; one row or none. @internal */
export const ELAPSED = `select 1000 * date_part('epoch', coalesce(finished_at, tasker.clock_v1()) - requested_at) as "elapsedMs"
  from tasker.tasks where id = $1`;

/** $1 task. The last failure of each step that failed, in no order. @internal */
export const LAST_FAILURES = `select distinct on (position) position, error, at from tasker.step_history
  where task_id = $1 and error is not null order by position, at desc`;

/** $1 task. Start and end of every attempt, milliseconds since the first start; running ones end now. In no order. @internal */
export const ATTEMPT_SPANS = `with span as (
    select started_at, at as ended_at from tasker.step_history where task_id = $1 and from_state = tasker.step_in_progress() and started_at is not null
    union all
    select started_at, tasker.clock_v1() from tasker.steps where task_id = $1 and state = tasker.step_in_progress())
  select 1000 * date_part('epoch', started_at - min(started_at) over ()) as "from",
         1000 * date_part('epoch', ended_at - min(started_at) over ()) as "to" from span`;
