/** State of the task an operation is called on. */
export type TaskKind = 'done' | 'failed' | 'stuck' | 'cancelled' | 'asking';

/** How an operation is called so that it does what it is for. */
export interface OperationCall {
  /** Task the path names. Default `done`. */
  readonly on?: TaskKind;
  /** Step the path names. */
  readonly step?: string;
  readonly body?: unknown;
  readonly query?: string;
  /** Task in whose state it is refused. */
  readonly refusedOn?: TaskKind;
}

const REASON = { reason: 'a test' };

/** One call per operation, by operation id. */
export const CALLS: Readonly<Record<string, OperationCall>> = {
  tasks_index: {
    query: 'state=complete&state=error&withTotal=true&withProgress=true&withErrors=true&limit=2&context={}&order=asc',
  },
  tasks_create: { body: { name: 'order', context: { amount: 1 } } },
  tasks_create_many: {
    body: { tasks: [{ name: 'order' }, { name: 'nothing' }, { name: 'order', identity: 'twice' }] },
  },
  tasks_progress: { body: { ids: ['1', '999999999'] } },
  tasks_show: { query: 'include=steps&include=dependencies&include=transitions&include=annotations' },
  tasks_update: { on: 'stuck', body: { tags: ['a'], reason: null, priority: 3 }, refusedOn: 'done' },
  tasks_destroy: { on: 'stuck', query: 'reason=gone', refusedOn: 'done' },
  tasks_cancel: { on: 'stuck', body: { running: 'finish', ...REASON }, refusedOn: 'done' },
  tasks_retry: { on: 'failed', body: REASON, refusedOn: 'done' },
  tasks_resolve: { on: 'failed', body: REASON, refusedOn: 'done' },
  tasks_pause: { on: 'stuck', body: REASON, refusedOn: 'done' },
  tasks_resume: { on: 'stuck', refusedOn: 'done' },
  tasks_rerun: { on: 'done', body: { step: 'b', inputs: { amount: 7 }, ...REASON }, refusedOn: 'cancelled' },
  tasks_prioritise: { on: 'stuck', body: { priority: 50 }, refusedOn: 'done' },
  tasks_annotations: {},
  tasks_annotate: { body: { type: 'ticket', annotation: { ticket: 'OPS-17' } } },
  tasks_explain: { on: 'failed' },
  tasks_readiness: { on: 'failed' },
  tasks_context: {},
  tasks_diagram: {},
  tasks_history: { on: 'failed' },
  tasks_critical_path: {},
  tasks_error_chains: { on: 'failed' },
  tasks_levels: {},
  tasks_parallelism: {},
  tasks_wait: { query: 'timeoutMs=100' },
  workflow_steps_index: { on: 'failed' },
  workflow_steps_show: { on: 'failed', step: 'pay' },
  workflow_steps_update: { on: 'stuck', step: 'y', body: { inputs: { amount: 9 } }, refusedOn: 'done' },
  workflow_steps_destroy: { on: 'stuck', step: 'x', refusedOn: 'done' },
  workflow_steps_blast_radius: { on: 'failed', step: 'pay' },
  workflow_steps_retry: { on: 'failed', step: 'pay', refusedOn: 'done' },
  workflow_steps_attempts: { on: 'stuck', step: 'x', body: { attempts: 7, ...REASON }, refusedOn: 'done' },
  workflow_steps_cancel: { on: 'stuck', step: 'x', refusedOn: 'done' },
  workflow_steps_skip: { on: 'stuck', step: 'x', body: { force: true }, refusedOn: 'done' },
  workflow_steps_resolve: { on: 'stuck', step: 'x', body: { result: { by: 'hand' } }, refusedOn: 'done' },
  workflow_steps_rerun: { on: 'done', step: 'b', refusedOn: 'cancelled' },
  handlers_index: {},
  handlers_show_namespace: {},
  handlers_show: { query: 'version=1.0.0' },
  handlers_pause_step: { step: 'd', body: REASON },
  handlers_unpause_step: { step: 'd', query: 'reason=over' },
  handlers_resume_step: { step: 'd' },
  paused_steps_index: {},
  analytics_performance: { query: 'groupBy=step&since=2020-01-01T00:00:00Z' },
  analytics_bottlenecks: {},
  analytics_failure_groups: { query: 'limit=3' },
  analytics_slowest_steps: {},
  analytics_slowest_tasks: {},
  analytics_health_counts: {},
  bulk_preview: { body: { command: { verb: 'retry' }, filter: { state: ['error'] } } },
  bulk_create: { body: { command: { verb: 'pause' }, filter: { name: 'nothing' }, rate: null } },
  bulk_index: {},
  bulk_show: {},
  bulk_cancel: {},
  bulk_resume: {},
  signals_create: { body: { name: 'ping', key: 'nowhere', payload: { a: 1 }, ttlMs: 0 } },
  approvals_index: { query: 'state=open&assignee=me&limit=5' },
  approvals_show: { on: 'asking' },
  approvals_decide: { on: 'asking', body: { decision: 'approve' } },
  approvals_delegate: { on: 'asking', body: { to: ['user:ben'] } },
  workers_index: {},
  workers_drain: {},
};

/** The step of that name in the template a task of that kind is made from. */
export const STEP_OF: Readonly<Record<TaskKind, string>> = {
  done: 'b',
  failed: 'pay',
  stuck: 'x',
  cancelled: 'x',
  asking: 'ask',
};
