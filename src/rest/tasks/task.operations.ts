import { VERBS } from '@tasker/core';
import { TASK_PARTS } from '../../api/task-documents';
import { flag, list, oneOf, request, sized, text } from '../openapi/schema-parts';
import { BODY_BYTES } from '../operation/body-sizes';
import type { OperationSpec } from '../operation/operation-spec';
import { RECEIPT } from '../schemas/step.schemas';
import { PAGE_QUERY, TASK_FILTER_QUERY } from '../schemas/task-filter.schemas';
import { BATCH_REQUEST, BATCH_RESULT, TASK_REQUEST } from '../schemas/task-request.schemas';
import { CREATED, PROGRESS_LIST, PROGRESS_REQUEST, TASK, TASK_PAGE } from '../schemas/task.schemas';
import { fieldSchema } from '../verbs/field-schema';
import { IF_MATCH, REASON } from '../verbs/verb.operations';

const EXAMPLE_REQUEST = { name: 'fulfil_order', context: { orderNumber: 'SF-1001' }, tags: ['web'] };

/** @internal */
export const LIST: OperationSpec = {
  id: 'tasks_index',
  route: 'GET /',
  permission: 'tasker.task:index',
  summary: 'List and search tasks',
  description: 'Newest first. Pages are cut by key: a task that is created meanwhile moves nothing.',
  searches: true,
  query: {
    ...TASK_FILTER_QUERY,
    ...PAGE_QUERY,
    order: oneOf(['asc', 'desc'], 'By the time of the request.', { default: 'desc' }),
    withProgress: flag('Also tell how far each task is.', { default: false }),
    withErrors: flag('Also tell the last failure of each task.', { default: false }),
    withTotal: flag('Also count what the filter matches.', { default: false }),
  },
  answers: { 200: { description: 'One page.', schema: TASK_PAGE } },
};

/** @internal */
export const CREATE: OperationSpec = {
  id: 'tasks_create',
  route: 'POST /',
  permission: 'tasker.task:create',
  summary: 'Create a task',
  description: 'When it is answered, the task is durable and its first steps are on their way.',
  headers: {
    'Idempotency-Key': text('Becomes the identity of the task: a repeated request creates nothing.', {
      example: 'order:SF-1001',
      ...sized('identity'),
    }),
  },
  body: { schema: TASK_REQUEST, required: true, examples: { 'An order': EXAMPLE_REQUEST } },
  answers: {
    200: { description: 'It existed, and `onDuplicate` is `return`.', schema: CREATED },
    201: {
      description: 'Created.',
      schema: CREATED,
      example: { taskId: '4711', duplicate: false },
      headers: { Location: 'Path of the task.' },
    },
  },
  errors: ['TSK_CONTEXT_INVALID', 'TSK_TEMPLATE_NOT_FOUND', 'TSK_DUPLICATE_TASK', 'TSK_SHUTTING_DOWN'],
};

/** @internal */
export const CREATE_MANY: OperationSpec = {
  id: 'tasks_create_many',
  route: 'POST batch',
  permission: 'tasker.task:create',
  summary: 'Create many tasks',
  description:
    'Every task is answered for itself: those that are refused do not keep the others from being created. A duplicate is answered with the existing task.',
  body: {
    schema: BATCH_REQUEST,
    required: true,
    examples: {
      'Two orders': { tasks: [EXAMPLE_REQUEST, { ...EXAMPLE_REQUEST, context: { orderNumber: 'SF-1002' } }] },
    },
  },
  answers: { 200: { description: 'What became of each.', schema: BATCH_RESULT } },
  errors: ['TSK_SHUTTING_DOWN'],
};

/** @internal */
export const PROGRESS: OperationSpec = {
  id: 'tasks_progress',
  route: 'POST progress',
  permission: 'tasker.task:index',
  summary: 'Tell how far many tasks are',
  description: 'Their states, and their steps counted. Changes nothing; a list of ids is too long for a path.',
  body: {
    schema: PROGRESS_REQUEST,
    required: true,
    maxBytes: BODY_BYTES.plain,
    examples: { 'Two tasks': { ids: ['4711', '4712'] } },
  },
  answers: {
    200: { description: 'In the order of the ids; those that do not exist are missing.', schema: PROGRESS_LIST },
  },
};

/** @internal */
export const SHOW: OperationSpec = {
  id: 'tasks_show',
  route: 'GET :id',
  permission: 'tasker.task:show',
  summary: 'Show a task',
  query: {
    include: list(oneOf(TASK_PARTS, 'Part of a task.'), 'What to show besides the task itself.', {
      example: ['steps'],
    }),
  },
  headers: {
    'If-None-Match': text('`ETag` you have: answered with 304 when nothing has changed.', { maxLength: 1_000 }),
  },
  answers: {
    200: { description: 'The task.', schema: TASK, headers: { ETag: 'Changes with anything in the body.' } },
    304: { description: 'Nothing has changed.', headers: { ETag: 'As before.' } },
  },
  errors: ['TSK_TASK_NOT_FOUND'],
};

/** @internal */
export const EDIT: OperationSpec = {
  id: 'tasks_update',
  route: 'PATCH :id',
  permission: VERBS.edit.permission,
  summary: VERBS.edit.summary,
  description: 'What is left out stays. A change of priority also moves what waits in the queue.',
  headers: IF_MATCH,
  body: {
    schema: {
      ...request('What to change.', {
        tags: fieldSchema(VERBS.edit.fields.tags),
        reason: fieldSchema(VERBS.edit.fields.taskReason),
        priority: fieldSchema(VERBS.edit.fields.priority),
      }),
      minProperties: 1,
    },
    required: true,
    maxBytes: BODY_BYTES.plain,
    examples: { 'More urgent': { priority: 50, tags: ['web', 'vip'] } },
  },
  answers: { 200: { description: 'What changed.', schema: RECEIPT } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT'],
};

/** @internal */
export const DESTROY: OperationSpec = {
  id: 'tasks_destroy',
  route: 'DELETE :id',
  permission: 'tasker.task:destroy',
  summary: 'Cancel a task',
  description: 'The same as `POST /tasks/{id}/cancel`; nothing is deleted.',
  query: REASON,
  headers: IF_MATCH,
  answers: { 200: { description: 'What changed.', schema: RECEIPT } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT'],
};
