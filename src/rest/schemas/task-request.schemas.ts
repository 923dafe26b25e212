import { Model } from '../openapi/model';
import { integer, list, object, oneOf, record, request, text } from '../openapi/schema-parts';
import { ERROR } from '../openapi/error-answer';
import { CREATED } from './task.schemas';

const words = (maxLength: number) => ({ minLength: 1, maxLength });

/** @internal */
export const TASK_REQUEST = new Model(
  'TaskerTaskRequest',
  request(
    'What a task is created from.',
    {
      name: text('Name of the template.', { ...words(64), example: 'fulfil_order' }),
      namespace: text('Namespace of the template.', { ...words(64), default: 'default' }),
      version: text('Version; the highest one when it is left out.', { ...words(16), example: '1.0.0' }),
      context: record('What the steps work with; checked against the schema of the template.', {
        example: { orderNumber: 'SF-1001' },
      }),
      identity: text(
        'Your key: a second task with it is a duplicate. Same as the header `Idempotency-Key`.',
        words(255),
      ),
      onDuplicate: oneOf(['reject', 'return'], 'Answer a duplicate with 409, or with the existing task and 200.', {
        default: 'reject',
      }),
      priority: integer('Higher runs first.', { minimum: -100, maximum: 100, default: 0 }),
      sourceSystem: text('Where it is asked for.', words(128)),
      reason: text('Why.', words(1_000)),
      tags: list(text('Tag.', words(128)), 'Labels to find it by.', { maxItems: 50 }),
      bypassSteps: list(text('Name of a skippable step.', words(128)), 'Steps to leave out.', { maxItems: 20_000 }),
      correlationId: text('The one of the request when it is left out.', words(128)),
      traceParent: text('W3C traceparent; the header of the request when it is left out.', words(128)),
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
