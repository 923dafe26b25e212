import { VERBS } from '@tasker/core';
import { request } from '../openapi/schema-parts';
import type { OperationSpec } from '../operation/operation-spec';
import { RECEIPT, STEP, STEP_LIST } from '../schemas/step.schemas';
import { BLAST_RADIUS } from '../schemas/view.schemas';
import { fieldSchemas } from '../verbs/field-schema';
import { IF_MATCH, REASON } from '../verbs/verb.operations';

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
  permission: VERBS.edit_inputs.permission,
  summary: VERBS.edit_inputs.summary,
  description: VERBS.edit_inputs.description,
  headers: IF_MATCH,
  body: {
    schema: request(
      'The inputs.',
      { ...fieldSchemas(VERBS.edit_inputs.fields), ...REASON },
      VERBS.edit_inputs.required,
    ),
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
  query: REASON,
  headers: IF_MATCH,
  answers: { 200: { description: 'What changed.', schema: RECEIPT } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STEP_NOT_FOUND', 'TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT'],
};

/** @internal */
export const SHOW_BLAST_RADIUS: OperationSpec = {
  id: 'workflow_steps_blast_radius',
  route: 'GET :step/blast-radius',
  permission: 'tasker.workflow_step:show',
  summary: 'Show what depends on a step',
  answers: { 200: { description: 'Every step after it.', schema: BLAST_RADIUS } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STEP_NOT_FOUND'],
};
