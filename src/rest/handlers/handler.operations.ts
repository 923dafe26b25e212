import { request, text } from '../openapi/schema-parts';
import type { SchemaObject } from '../openapi/model';
import type { OperationSpec } from '../operation/operation-spec';
import { HANDLER, NAMESPACE, NAMESPACES, STEP_PAUSE_RECEIPT, STEP_PAUSES } from '../schemas/handler.schemas';
import { REASON } from '../tasks/task-verb.operations';

const VERSION: Readonly<Record<'version', SchemaObject>> = {
  version: text('Version; the highest one when it is left out.', { minLength: 1, maxLength: 16, example: '1.0.0' }),
};
const EVERY_VERSION = {
  version: text('Version; every one when it is left out.', { minLength: 1, maxLength: 16, example: '1.0.0' }),
};

/** @internal */
export const LIST_NAMESPACES: OperationSpec = {
  id: 'handlers_index',
  route: 'GET /',
  permission: 'tasker.handler:index',
  summary: 'List namespaces',
  answers: { 200: { description: 'Those the caller may see.', schema: NAMESPACES } },
};

/** @internal */
export const SHOW_NAMESPACE: OperationSpec = {
  id: 'handlers_show_namespace',
  route: 'GET :namespace',
  permission: 'tasker.handler:index',
  summary: 'List the templates of a namespace',
  answers: { 200: { description: 'By name, with their versions.', schema: NAMESPACE } },
  errors: ['TSK_TEMPLATE_NOT_FOUND'],
};

/** @internal */
export const SHOW_HANDLER: OperationSpec = {
  id: 'handlers_show',
  route: 'GET :namespace/:name',
  permission: 'tasker.handler:show',
  summary: 'Show a template',
  description:
    'Its steps, its graph as data and as a diagram, its versions, and whether live workers have its handlers.',
  query: VERSION,
  answers: { 200: { description: 'The template.', schema: HANDLER } },
  errors: ['TSK_TEMPLATE_NOT_FOUND'],
};

const move = (
  id: string,
  verb: 'pause' | 'resume',
  summary: string,
  description: string,
): Omit<OperationSpec, 'errors'> => ({
  id,
  route: `POST :namespace/:name/steps/:step/${verb}`,
  permission: 'tasker.handler:pause',
  ...{ summary, description },
  body: {
    schema: request('Which versions, and why.', { ...EVERY_VERSION, ...REASON }),
    required: false,
    examples: { 'Every version': { reason: 'the gateway is down' } },
  },
  answers: { 200: { description: 'What changed.', schema: STEP_PAUSE_RECEIPT } },
});

/** @internal */
export const PAUSE_EVERYWHERE: OperationSpec = {
  ...move(
    'handlers_pause_step',
    'pause',
    'Pause a step everywhere',
    'Starts this step in no task any more; attempts that run go on.',
  ),
  errors: ['TSK_TEMPLATE_NOT_FOUND'],
};

/** @internal */
export const RESUME_EVERYWHERE: OperationSpec = move(
  'handlers_resume_step',
  'resume',
  'Resume a step everywhere',
  'What was held back is queued again.',
);

/** @internal */
export const UNPAUSE_EVERYWHERE: OperationSpec = {
  id: 'handlers_unpause_step',
  route: 'DELETE :namespace/:name/steps/:step/pause',
  permission: 'tasker.handler:pause',
  summary: 'Take back the pause of a step',
  description: 'The same as `POST …/resume`.',
  query: { ...EVERY_VERSION, reason: text('Why.', { minLength: 1, maxLength: 1_000 }) },
  answers: { 200: { description: 'What changed.', schema: STEP_PAUSE_RECEIPT } },
};

/** @internal */
export const LIST_PAUSES: OperationSpec = {
  id: 'paused_steps_index',
  route: 'GET /',
  permission: 'tasker.handler:index',
  summary: 'List steps that are paused everywhere',
  answers: { 200: { description: 'Those of namespaces the caller may see.', schema: STEP_PAUSES } },
};
