import { FAILURE_KINDS, TASK_STATES } from '@tasker/core';
import { Model } from '../openapi/model';
import {
  flag,
  id,
  instant,
  integer,
  json,
  list,
  nullable,
  object,
  oneOf,
  request,
  text,
} from '../openapi/schema-parts';
import { HISTORY, STEP } from './step.schemas';

const summary = {
  id: id('Id of the task.'),
  namespace: text('Namespace of the template.', { example: 'default' }),
  name: text('Name of the template.', { example: 'fulfil_order' }),
  version: text('Version of the template.', { example: '1.0.0' }),
  state: oneOf(TASK_STATES, 'Where the task stands.', { example: 'in_progress' }),
  hold: flag('Paused: nothing of it is started.', { example: false }),
  priority: integer('-100 to 100; higher runs first.', { example: 0 }),
  lockVersion: integer('Counts the acts of operators; what `If-Match` compares.', { example: 0 }),
  identity: nullable(text('What makes it the only one of its kind.', { example: 'order:SF-1001' })),
  initiator: nullable(text('Who asked for it.', { example: 'web shop' })),
  sourceSystem: nullable(text('Where it was asked for.', { example: 'storefront' })),
  reason: nullable(text('Why.', { example: 'checkout' })),
  tags: list(text('Tag.'), 'Labels to find it by.', { example: ['run-7'] }),
  correlationId: text('Ties the task to the request that made it.', { example: 'SF-1001' }),
  requestedAt: instant('When it was created.'),
  startedAt: nullable(instant('When its first step was taken.')),
  finishedAt: nullable(instant('When it ended.')),
};

const PROGRESS = object('Its steps by where they stand.', {
  total: integer('All of them.', { example: 10 }),
  completed: integer('Complete, skipped or resolved.', { example: 6 }),
  failed: integer('In error, or cancelled.', { example: 0 }),
  running: integer('A worker has them.', { example: 1 }),
  pending: integer('All others: they wait for parents, a worker or a retry.', { example: 3 }),
  percent: integer('Completed of the total, rounded down.', { example: 60 }),
});

const LAST_ERROR = object('The last failure of any of its steps.', {
  step: text('Name of the step.', { example: 'charge_payment' }),
  kind: oneOf(FAILURE_KINDS, 'What kind of failure.'),
  code: nullable(text('Code of the error.', { example: 'HTTP_503' })),
  message: text('What it says, cut after 500 characters.'),
  httpStatus: nullable(integer('What a server answered.', { example: 503 })),
});

/** @internal */
export const TASK_SUMMARY = new Model(
  'TaskerTaskSummary',
  object(
    'A task as lists show it.',
    { ...summary, progress: PROGRESS, lastError: nullable(LAST_ERROR) },
    { optional: ['progress', 'lastError'] },
  ),
);

/** @internal */
export const PROGRESS_REQUEST = new Model(
  'TaskerProgressRequest',
  request('Tasks to look at.', { ids: list(id('Id of a task.'), 'One or more.', { minItems: 1, maxItems: 500 }) }, [
    'ids',
  ]),
);

/** @internal */
export const PROGRESS_LIST = new Model(
  'TaskerProgressList',
  object('How far tasks are.', {
    tasks: list(
      object('How far a task is.', {
        taskId: id('Id of the task.'),
        ...{ namespace: summary.namespace, state: summary.state, hold: summary.hold, steps: PROGRESS },
      }),
      'Those that exist.',
    ),
  }),
);

/** @internal */
export const ANNOTATION = new Model(
  'TaskerAnnotation',
  object('A note on a task.', {
    id: id('Id of the note.'),
    type: text('What kind of note it is.', { example: 'ticket' }),
    annotation: json('The note.', { example: { ticket: 'OPS-17' } }),
    actor: nullable(text('Who wrote it.', { example: 'ada' })),
    createdAt: instant('When.'),
  }),
);

/** @internal */
export const ANNOTATION_LIST = new Model(
  'TaskerAnnotationList',
  object('The notes on a task, oldest first.', { annotations: list(ANNOTATION, 'All of them.') }),
);

const DEPENDENCY = object('A dependency between two steps.', {
  from: text('The step that comes first.', { example: 'validate_order' }),
  to: text('The step that needs its result.', { example: 'charge_payment' }),
});

/** @internal */
export const TASK = new Model(
  'TaskerTask',
  object(
    'A task with its context, and with what `include` asks for.',
    {
      ...summary,
      context: json('What it was created with, defaults of the schema applied.', {
        example: { orderNumber: 'SF-1001' },
      }),
      steps: list(STEP, 'Its steps, in the order of the template.'),
      dependencies: list(DEPENDENCY, 'Which step needs which.'),
      transitions: HISTORY,
      annotations: list(ANNOTATION, 'Notes on it, oldest first.'),
    },
    { optional: ['steps', 'dependencies', 'transitions', 'annotations'] },
  ),
);

/** @internal */
export const TASK_PAGE = new Model(
  'TaskerTaskPage',
  object(
    'One page of tasks.',
    {
      tasks: list(TASK_SUMMARY, 'In the order that was asked for.'),
      nextCursor: nullable(text('For `cursor`, to get the next page; null: this is the last one.')),
      total: object('How many tasks the filter matches; with `withTotal`.', {
        count: integer('Number of tasks.', { example: 4711 }),
        exact: flag('False: counting would have taken long, so this is an estimate.'),
      }),
    },
    { optional: ['total'] },
  ),
);

/** @internal */
export const CREATED = new Model(
  'TaskerCreated',
  object('A task that was created, or found to exist.', {
    taskId: id('Id of the task.'),
    duplicate: flag('A task with this identity existed; `taskId` is that one’s.', { example: false }),
  }),
);

/** @internal */
export const WAITED = new Model(
  'TaskerWaited',
  object('The task when it ended, or when the time was over.', {
    finished: flag('False: it had not ended within the time; ask again.'),
    task: TASK,
  }),
);
