/** Everything a caller may be allowed, by permission string; the original's, completed for the verbs it never had. @public */
export const PERMISSIONS = {
  'tasker.task:index': 'List and search tasks.',
  'tasker.task:show': 'See one task, its history, its explanation and its diagrams.',
  'tasker.task:create': 'Create tasks.',
  'tasker.task:update': 'Edit tags and reason, annotate, change the priority.',
  'tasker.task:destroy': 'Cancel a task by DELETE.',
  'tasker.task:retry': 'Retry a task, or rerun it from a step.',
  'tasker.task:cancel': 'Cancel a task.',
  'tasker.task:resolve': 'Resolve a task by hand.',
  'tasker.task:pause': 'Pause and resume a task.',
  'tasker.task:bulk': 'Apply a verb to many tasks; the verb itself must be allowed, too.',
  'tasker.workflow_step:index': 'List the steps of a task.',
  'tasker.workflow_step:show': 'See one step.',
  'tasker.workflow_step:update': 'Edit the inputs of a step that has not run.',
  'tasker.workflow_step:destroy': 'Cancel a step by DELETE.',
  'tasker.workflow_step:retry': 'Retry a step.',
  'tasker.workflow_step:cancel': 'Cancel a step.',
  'tasker.workflow_step:resolve': 'Resolve a step by hand.',
  'tasker.workflow_step:skip': 'Skip a step.',
  'tasker.handler:index': 'List namespaces and handlers.',
  'tasker.handler:show': 'See a template, its graph and its diagram.',
  'tasker.handler:pause': 'Pause and resume a step of a template everywhere.',
  'tasker.health_status:index': 'See the detailed status.',
  'tasker.metrics:index': 'Scrape the metrics.',
  'tasker.analytics:index': 'See analytics, failure groups and health counts.',
  'tasker.signal:create': 'Send signals to waiting steps.',
  'tasker.approval:index': 'List approvals, and see one.',
  'tasker.approval:decide': 'Approve, reject and delegate.',
  'tasker.worker:index': 'List workers.',
  'tasker.worker:drain': 'Drain a worker.',
} as const;

/** One of the permission strings. @public */
export type Permission = keyof typeof PERMISSIONS;

/**
 * What shows or moves the engine as a whole and cannot be cut to some namespaces: only a caller of all namespaces may
 * use it.
 *
 * @public
 */
export const ENGINE_WIDE_PERMISSIONS: readonly Permission[] = [
  'tasker.health_status:index',
  'tasker.metrics:index',
  'tasker.worker:index',
  'tasker.worker:drain',
];
