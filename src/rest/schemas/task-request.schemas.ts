import { LIST_LIMITS } from '@tasker/core';
import { Model } from '../openapi/model';
import { integer, list, object, oneOf, record, request, sized, text } from '../openapi/schema-parts';
import { ERROR } from '../openapi/error-answer';
import { CREATED } from './task.schemas';

/** @internal */
export const TASK_REQUEST = new Model(
  'TaskerTaskRequest',
  request(
    'What a task is created from.',
    {
      name: text('Name of the template.', { ...sized('templateName'), example: 'fulfil_order' }),
      namespace: text('Namespace of the template.', { ...sized('namespace'), default: 'default' }),
      version: text('Version; the highest one when it is left out.', { ...sized('version'), example: '1.0.0' }),
      context: record('What the steps work with; checked against the schema of the template.', {
        example: { orderNumber: 'SF-1001' },
      }),
      identity: text(
        'Your key: a second task with it is a duplicate. Same as the header `Idempotency-Key`.',
        sized('identity'),
      ),
      onDuplicate: oneOf(['reject', 'return'], 'Answer a duplicate with 409, or with the existing task and 200.', {
        default: 'reject',
      }),
      priority: integer('Higher runs first.', { minimum: -100, maximum: 100, default: 0 }),
      sourceSystem: text('Where it is asked for.', sized('sourceSystem')),
      reason: text('Why.', sized('reason')),
      tags: list(text('Tag.', sized('tag')), 'Labels to find it by.', { maxItems: LIST_LIMITS.tags }),
      bypassSteps: list(text('Name of a skippable step.', sized('stepName')), 'Steps to leave out.', {
        maxItems: LIST_LIMITS.steps,
      }),
      correlationId: text('The one of the request when it is left out.', sized('correlationId')),
      traceParent: text('W3C traceparent; the header of the request when it is left out.', sized('traceParent')),
    },
    ['name'],
  ),
);

/** @internal */
export const BATCH_REQUEST = new Model(
  'TaskerBatchRequest',
  request('Tasks to create in one call.', { tasks: list(TASK_REQUEST, 'One or more.', { minItems: 1 }) }, ['tasks']),
);

const BATCH_ENTRY = new Model(
  'TaskerBatchEntry',
  object(
    'What became of one task of the batch: created, found, or refused.',
    {
      index: integer('Place in the request, from 0.', { example: 0 }),
      ...(CREATED.schema['properties'] as Record<string, never>),
      error: ERROR,
    },
    { optional: ['taskId', 'duplicate', 'error'] },
  ),
);

/** @internal */
export const BATCH_RESULT = new Model(
  'TaskerBatchResult',
  object('What became of every task of the batch.', {
    created: integer('Tasks that exist because of this call.', { example: 499 }),
    duplicates: integer('Tasks that existed.', { example: 1 }),
    refused: integer('Tasks with an error; nothing of them was written.', { example: 0 }),
    tasks: list(BATCH_ENTRY, 'In the order of the request.'),
  }),
);
