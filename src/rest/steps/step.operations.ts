import { flag, json, request, text } from '../openapi/schema-parts';
import type { OperationSpec } from '../operation/operation-spec';
import { RECEIPT, STEP, STEP_LIST } from '../schemas/step.schemas';
import { BLAST_RADIUS } from '../schemas/view.schemas';
import { IF_MATCH } from '../tasks/task.operations';
import { INPUTS, REASON, verbOperation } from '../tasks/task-verb.operations';

/** @internal */
export const LIST_STEPS: OperationSpec = {
  id: 'workflow_steps_index',
  route: 'GET /',
  permission: 'tasker.workflow_step:index',
  summary: 'List the steps of a task',
  answers: { 200: { description: 'In the order of the template, whether they have run or not.', schema: STEP_LIST } },
  errors: ['TSK_TASK_NOT_FOUND'],
};

/** @internal */
export const SHOW_STEP: OperationSpec = {
  id: 'workflow_steps_show',
  route: 'GET :step',
  permission: 'tasker.workflow_step:show',
  summary: 'Show a step',
  answers: { 200: { description: 'The step.', schema: STEP } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STEP_NOT_FOUND'],
};

/** @internal */
export const EDIT_STEP: OperationSpec = {
  id: 'workflow_steps_update',
  route: 'PATCH :step',
  permission: 'tasker.workflow_step:update',
  summary: 'Edit the inputs of a step that has not run',
  headers: IF_MATCH,
  body: {
    schema: request('The inputs.', { inputs: { ...INPUTS, nullable: true }, ...REASON }, ['inputs']),
    required: true,
    examples: {
      'Another carrier': { inputs: { carrier: 'slow-but-sure' } },
      'As it was requested': { inputs: null },
    },
  },
  answers: { 200: { description: 'What changed.', schema: RECEIPT } },
  errors: [
    ...(['TSK_TASK_NOT_FOUND', 'TSK_STEP_NOT_FOUND', 'TSK_STATE_REFUSED'] as const),
    ...(['TSK_VERSION_CONFLICT', 'TSK_CONTEXT_INVALID'] as const),
  ],
};

/** @internal */
export const DESTROY_STEP: OperationSpec = {
  id: 'workflow_steps_destroy',
  route: 'DELETE :step',
  permission: 'tasker.workflow_step:destroy',
  summary: 'Cancel a step',
  description: 'The same as `POST …/cancel`; nothing is deleted.',
  query: { reason: text('Why; kept in the history.', { minLength: 1, maxLength: 1_000 }) },
  headers: IF_MATCH,
  answers: { 200: { description: 'What changed.', schema: RECEIPT } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STEP_NOT_FOUND', 'TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT'],
};

/** @internal */
export const RETRY_STEP = verbOperation({
  id: 'workflow_steps_retry',
  route: 'POST :step/retry',
  permission: 'tasker.workflow_step:retry',
  summary: 'Retry a step',
  description: 'Runs a failed step again with a fresh budget of attempts.',
  errors: ['TSK_STEP_NOT_FOUND'],
});

/** @internal */
export const CANCEL_STEP = verbOperation({
  id: 'workflow_steps_cancel',
  route: 'POST :step/cancel',
  permission: 'tasker.workflow_step:cancel',
  summary: 'Cancel a step',
  description: 'Its dependents can never run then.',
  errors: ['TSK_STEP_NOT_FOUND'],
});

/** @internal */
export const SKIP_STEP = verbOperation({
  id: 'workflow_steps_skip',
  route: 'POST :step/skip',
  permission: 'tasker.workflow_step:skip',
  summary: 'Skip a step',
  description: 'Its dependents run as if it had completed, without a result.',
  fields: { force: flag('Also when the template does not say that it may be skipped.', { default: false }) },
  errors: ['TSK_STEP_NOT_FOUND'],
});

/** @internal */
export const RESOLVE_STEP = verbOperation({
  id: 'workflow_steps_resolve',
  route: 'POST :step/resolve',
  permission: 'tasker.workflow_step:resolve',
  summary: 'Resolve a step by hand',
  description: 'Its dependents run, and read the result given here.',
  fields: { result: json('What the step shall have returned.') },
  example: { result: { transactionId: 'tx-991' } },
  errors: ['TSK_STEP_NOT_FOUND', 'TSK_RESULT_INVALID', 'TSK_RESULT_TOO_LARGE'],
});

/** @internal */
export const RERUN_STEP = verbOperation({
  id: 'workflow_steps_rerun',
  route: 'POST :step/rerun',
  permission: 'tasker.workflow_step:retry',
  summary: 'Rerun a task from a step',
  description: 'Runs the step and everything after it again; earlier results are kept.',
  fields: { inputs: INPUTS },
  example: { inputs: { carrier: 'slow-but-sure' } },
  errors: ['TSK_STEP_NOT_FOUND', 'TSK_CONTEXT_INVALID'],
});

/** @internal */
export const SHOW_BLAST_RADIUS: OperationSpec = {
  id: 'workflow_steps_blast_radius',
  route: 'GET :step/blast-radius',
  permission: 'tasker.workflow_step:show',
  summary: 'Show what depends on a step',
  answers: { 200: { description: 'Every step after it.', schema: BLAST_RADIUS } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STEP_NOT_FOUND'],
};
