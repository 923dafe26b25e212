/** Statements about all tasks, over the functions of 0014_analytics. Numbers are cast for any pg parser. */

const SCOPE = '$1::timestamptz, $2::timestamptz, $3, $4::text[], $5, $6';
const PLACE = 'namespace, name, version';

const percentiles = (name: string, prefix: string, count: string): string =>
  `json_build_object('count', ${count}, 'averageMs', ${prefix}_average_ms, 'p50Ms', ${prefix}_p50_ms, 'p95Ms', ${prefix}_p95_ms,
    'p99Ms', ${prefix}_p99_ms, 'maxMs', ${prefix}_max_ms) as "${name}"`;

/** $1 since, $2 until, $3 grouping, $4 namespaces, $5 name, $6 version. Most attempts first. @internal */
export const PERFORMANCE = `select ${PLACE}, step, tasks, completed_tasks as "completedTasks", failed_tasks as "failedTasks",
  attempts, completed_attempts as "completedAttempts", failed_attempts as "failedAttempts",
  ${percentiles('taskDuration', 'task', 'completed_tasks')}, ${percentiles('stepDuration', 'step', 'completed_attempts')},
  ${percentiles('stepWait', 'wait', 'completed_attempts')}, exact from tasker.performance_v1(${SCOPE})`;

/** Parameters as above, but $3 is the most rows. Slowest first. @internal */
export const SLOWEST_STEPS = `select task_id::text as "taskId", ${PLACE}, step, attempt, state, duration_ms as "durationMs",
  waited_ms::float8 as "waitedMs", started_at as "startedAt", ended_at as "endedAt", worker_id as "workerId" from tasker.slowest_steps_v1(${SCOPE})`;

/** As above. @internal */
export const SLOWEST_TASKS = `select task_id::text as "taskId", ${PLACE}, state, duration_ms as "durationMs", steps,
  completed_steps as "completedSteps", failed_steps as "failedSteps", requested_at as "requestedAt", finished_at as "finishedAt",
  initiator, source_system as "sourceSystem" from tasker.slowest_tasks_v1(${SCOPE})`;

/** As above; most running time first. @internal */
export const BOTTLENECKS = `select ${PLACE}, step, attempts, failed_attempts as "failedAttempts", total_ms as "totalMs", p95_ms as "p95Ms",
  average_wait_ms as "averageWaitMs", dependents, share from tasker.bottlenecks_v1(${SCOPE})`;

/** As above; most failures first. @internal */
export const FAILURE_GROUPS = `select fingerprint, namespace, name, step, kind, error_name as "errorName", pattern, failures, tasks,
  open_tasks as "openTasks", first_at as "firstAt", last_at as "lastAt", sample_task_id::text as "sampleTaskId",
  sample_message as "sampleMessage", versions from tasker.failure_groups_v1(${SCOPE})`;

/** $1 most hours. One row: how many were rolled up. @internal */
export const ROLL_UP_HISTORY = 'select tasker.roll_up_history_v1($1) as hours';

/** One row. @internal */
export const HEALTH_COUNTS = `select at, total_tasks::int as "totalTasks", exact, pending_tasks as "pendingTasks",
  in_progress_tasks as "inProgressTasks", complete_tasks::int as "completeTasks", error_tasks as "errorTasks",
  cancelled_tasks as "cancelledTasks", resolved_tasks as "resolvedTasks", paused_tasks as "pausedTasks", ready_steps as "readySteps",
  in_progress_steps as "inProgressSteps", waiting_for_retry_steps as "waitingForRetrySteps", overdue_steps as "overdueSteps",
  parked_steps as "parkedSteps", error_steps as "errorSteps", exhausted_steps as "exhaustedSteps", oldest_ready_ms as "oldestReadyMs",
  unserved_steps as "unservedSteps", workers, draining_workers as "drainingWorkers", lost_workers as "lostWorkers", capacity,
  active_connections as "activeConnections", max_connections as "maxConnections" from tasker.health_counts_v1()`;
