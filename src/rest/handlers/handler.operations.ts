import { VERBS } from '@tasker/core';
import { request, text } from '../openapi/schema-parts';
import type { SchemaObject } from '../openapi/model';
import { BODY_BYTES } from '../operation/body-sizes';
import type { OperationSpec } from '../operation/operation-spec';
import { HANDLER, NAMESPACE, NAMESPACES, STEP_PAUSE_RECEIPT, STEP_PAUSES } from '../schemas/handler.schemas';
import { fieldSchemas } from '../verbs/field-schema';
import { REASON } from '../verbs/verb.operations';

const VERSION: Readonly<Record<'version', SchemaObject>> = {
  version: text('Version; the highest one when it is left out.', { minLength: 1, maxLength: 16, example: '1.0.0' }),
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

const everywhere = (id: string, verb: 'pause_everywhere' | 'resume_everywhere'): OperationSpec => {
  const { word, permission, summary, description, fields, required } = VERBS[verb];
  return {
    ...{ id, route: `POST :namespace/:name/steps/:step/${word}`, permission, summary, description },
    body: {
      schema: request('Which versions, and why.', { ...fieldSchemas(fields), ...REASON }, required),
      required: false,
      maxBytes: BODY_BYTES.plain,
      examples: { 'Every version': { reason: 'the gateway is down' } },
    },
    answers: { 200: { description: 'What changed.', schema: STEP_PAUSE_RECEIPT } },
  };
};

/** @internal */
export const PAUSE_EVERYWHERE: OperationSpec = {
  ...everywhere('handlers_pause_step', 'pause_everywhere'),
  errors: ['TSK_TEMPLATE_NOT_FOUND'],
};

/** @internal */
export const RESUME_EVERYWHERE: OperationSpec = everywhere('handlers_resume_step', 'resume_everywhere');

/** @internal */
export const UNPAUSE_EVERYWHERE: OperationSpec = {
  id: 'handlers_unpause_step',
  route: 'DELETE :namespace/:name/steps/:step/pause',
  permission: VERBS.resume_everywhere.permission,
  summary: 'Take back the pause of a step',
  description: 'The same as `POST …/resume`.',
  query: { ...fieldSchemas(VERBS.resume_everywhere.fields), ...REASON },
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
