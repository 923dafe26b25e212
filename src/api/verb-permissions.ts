import type { OperatorVerb, Permission } from '@tasker/core';

/** What a caller must be allowed to apply a verb to many tasks: what the route of the same verb asks for. @internal */
export const VERB_PERMISSIONS: Readonly<Record<OperatorVerb, Permission>> = {
  cancel: 'tasker.task:cancel',
  retry: 'tasker.task:retry',
  resolve: 'tasker.task:resolve',
  pause: 'tasker.task:pause',
  resume: 'tasker.task:pause',
  rerun: 'tasker.task:retry',
  edit: 'tasker.task:update',
  set_priority: 'tasker.task:update',
  retry_step: 'tasker.workflow_step:retry',
  cancel_step: 'tasker.workflow_step:cancel',
  skip_step: 'tasker.workflow_step:skip',
  resolve_step: 'tasker.workflow_step:resolve',
  edit_inputs: 'tasker.workflow_step:update',
};
