/** What a metric is, before it has values. @public */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /**
   * `process`: what this process did or has; sum it over processes. `database`: a figure of the whole database, exported
   * by one process only; take its `max`.
   */
  readonly scope: 'process' | 'database';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/** Labels of a step; `version` comes after `task` when it is asked for. */
const TASK = ['namespace', 'task'] as const;
const STEP = ['namespace', 'task', 'step'] as const;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const BATCH = [1, 2, 5, 10, 25, 50, 100, 250, 500];

type Row = readonly [name: string, labels: readonly string[], help: string];

const rows = (
  type: MetricDefinition['type'],
  scope: MetricDefinition['scope'],
  table: readonly Row[],
): MetricDefinition[] => table.map(([name, labels, help]) => ({ name, type, scope, help, labels }));

const histogram = (
  name: string,
  labels: readonly string[],
  buckets: readonly number[],
  help: string,
): MetricDefinition => ({ name, type: 'histogram', scope: 'process', help, labels, buckets });

/** Every metric of Tasker, in the order of the table in the docs. @public */
export const METRICS: readonly MetricDefinition[] = [
  ...rows('counter', 'process', [
    ['tasker_tasks_created_total', TASK, 'Tasks created by this process.'],
    [
      'tasker_tasks_finished_total',
      [...TASK, 'state'],
      'Tasks that came to an end: complete, error, cancelled or resolved_manually. A reopened task may end again.',
    ],
    [
      'tasker_step_attempts_total',
      [...STEP, 'outcome'],
      'Attempts that ended: complete, retry (failed, another follows), error (failed for good), skipped, released (given back at shutdown), dropped (too late), aborted (taken by an operator).',
    ],
    [
      'tasker_step_failures_total',
      [...STEP, 'kind'],
      'Failed attempts: error, permanent, timeout, worker_lost, invalid_input or invalid_result.',
    ],
    ['tasker_custom_events_total', [...TASK, 'event'], 'Events published by handlers, by their name.'],
    [
      'tasker_operator_events_total',
      [...TASK, 'event'],
      'What operators did to tasks and steps, by the name of the event.',
    ],
    ['tasker_workers_lost_total', [], 'Workers this process found dead.'],
    ['tasker_steps_rescued_total', [], 'Steps of dead workers that this process gave to others.'],
  ]),
  histogram(
    'tasker_step_duration_seconds',
    [...STEP, 'outcome'],
    SECONDS,
    'How long attempts ran: complete, retry or error.',
  ),
  histogram('tasker_step_wait_seconds', STEP, SECONDS, 'How long steps waited in the queue before an attempt began.'),
  histogram('tasker_settlement_outcomes', [], BATCH, 'Outcomes that one settlement recorded.'),
  histogram('tasker_settlement_seconds', [], COMMIT_SECONDS, 'How long the database took for one settlement.'),
  ...rows('gauge', 'process', [
    ['tasker_build_info', ['version', 'role'], 'Always 1; version of Tasker and role of this process.'],
    ['tasker_metrics_series', [], 'Different tasks and steps in the labels of this process.'],
    ['tasker_metrics_series_limit', [], 'Beyond this many, further ones are counted under the labels "other".'],
    ['tasker_pool_connections', ['state'], 'Connections of the shared pool: busy or idle.'],
    ['tasker_pool_waiting', [], 'Requests that wait for a connection of that pool.'],
    ['tasker_database_up', [], '1 when the database has answered the last scrape, else 0.'],
    ['tasker_gauges_leader', [], '1 in the process that exports the metrics of scope database, else 0.'],
  ]),
  ...rows('gauge', 'database', [
    ['tasker_queue_steps', ['queue', 'handler'], 'Steps that are ready and wait for a worker.'],
    [
      'tasker_queue_oldest_seconds',
      ['queue', 'handler'],
      'How long the oldest of them has waited; 0 when there is none.',
    ],
    ['tasker_queue_workers', ['queue', 'handler'], 'Live workers that take steps from this lane.'],
    ['tasker_tasks_unfinished', [...TASK, 'state'], 'Tasks that are pending or in_progress.'],
    ['tasker_delayed_steps', [], 'Steps that wait for their next attempt.'],
    ['tasker_delayed_overdue_steps', [], 'Of those: due already.'],
    ['tasker_parked_steps', [], 'Ready steps that are held back because their task or step is paused.'],
    ['tasker_paused_tasks', [], 'Tasks that are paused.'],
    ['tasker_paused_steps', [], 'Steps of templates that are paused everywhere.'],
    ['tasker_workers', ['state'], 'Workers: live, draining or lost.'],
    ['tasker_workers_capacity', [], 'Steps the live workers may run at once.'],
    ['tasker_workers_running', [], 'Steps they said they run, at their last heartbeats.'],
    ['tasker_lease_shortest_seconds', [], 'Until the first lease of a live worker ends, unless it is renewed.'],
    ['tasker_database_connections', [], 'Client sessions on the server.'],
    ['tasker_database_connections_max', [], 'The most there may be.'],
  ]),
];

/** A metric of the table. @internal */
export function definitionOf(name: string): MetricDefinition {
  const found = METRICS.find((definition) => definition.name === name);
  if (!found) throw new RangeError(`There is no metric ${name}.`);
  return found;
}
