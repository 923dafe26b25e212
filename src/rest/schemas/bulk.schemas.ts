import { OPERATOR_VERBS, verbFields, type OperatorVerb } from '@tasker/core';
import { Model, type SchemaObject } from '../openapi/model';
import {
  id,
  instant,
  integer,
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  record,
  request,
  sized,
  text,
} from '../openapi/schema-parts';
import { fieldSchema } from '../verbs/field-schema';
import { TASK_FILTER } from './task-filter.schemas';

/** Every field some verb takes, with the verbs that take it. */
function commandFields(): Record<string, SchemaObject> {
  const names = new Set(OPERATOR_VERBS.flatMap((verb) => Object.keys(verbFields(verb))));
  return Object.fromEntries([...names].map((name) => [name, fieldOf(name)]));
}

function fieldOf(name: string): SchemaObject {
  const verbs = OPERATOR_VERBS.filter((verb) => name in verbFields(verb));
  const fields = verbs.flatMap((verb) => verbFields(verb)[name] ?? []);
  // What is the default differs from verb to verb; so does null, which the check of the command refuses for the others.
  const { default: _, ...schema } = Object.assign({}, ...fields.map(fieldSchema)) as SchemaObject;
  const who = name === 'step' ? 'Verbs on a step' : verbs.map((verb) => `\`${verb}\``).join(', ');
  return { ...schema, description: `${who}: ${fields[0]?.description}` };
}

const COMMAND = new Model(
  'TaskerCommand',
  request(
    'A verb with what it takes: the fields of the route of the same verb.',
    {
      verb: oneOf(OPERATOR_VERBS, 'What to do to each task.', { example: 'retry' satisfies OperatorVerb }),
      ...commandFields(),
    },
    ['verb'],
  ),
);

const what = {
  command: COMMAND,
  filter: TASK_FILTER,
};

/** @internal */
export const PREVIEW_REQUEST = new Model(
  'TaskerBulkPreviewRequest',
  request('What would be done to whom.', what, ['command', 'filter']),
);

/** @internal */
export const BULK_REQUEST = new Model(
  'TaskerBulkRequest',
  request(
    'What to do to whom, and how fast.',
    {
      ...what,
      reason: text('Why; kept in the history of every task.', sized('reason')),
      rate: number('Most tasks per second; null: as fast as it goes.', {
        ...{ minimum: 0.1, maximum: 100_000, nullable: true, default: 500 },
      }),
      batchSize: integer('Most tasks in one transaction.', { minimum: 1, maximum: 500, default: 100 }),
    },
    ['command', 'filter'],
  ),
);

const REASONS = list(
  object('Tasks that were not changed for one reason.', {
    code: text('Error code of the refusal.', { example: 'TSK_STATE_REFUSED' }),
    state: nullable(text('State that made it so.')),
    count: integer('How many.'),
  }),
  'Why tasks were refused or failed, the most frequent first.',
);
const SAMPLES = list(
  object('A task that was not changed.', {
    taskId: id('The task.'),
    code: text('Error code.'),
    message: text('What is wrong.'),
  }),
  'The first of them.',
);
const COUNTS = {
  matched: integer('Tasks the verb was applied to.'),
  changed: integer('Tasks it changed.'),
  unchanged: integer('It was so already.'),
  refused: integer('The verb is not legal for them.'),
};

/** @internal */
export const PREVIEW = new Model(
  'TaskerBulkPreview',
  object('What an operation would do.', {
    ...COUNTS,
    matched: integer('Tasks that match.'),
    examined: integer('Of those, tasks that were tried; the other counts are about these.'),
    steps: integer('Steps whose state would change.'),
    repeats: list(
      object('A step that has run before and would run again.', {
        namespace: text('Namespace of the template.'),
        task: text('Name of the template.'),
        version: text('Version of the template.'),
        step: text('Name of the step.'),
        count: integer('In how many tasks.'),
        idempotent: nullable(flag('What the step says of itself; null: nothing.')),
      }),
      'Side effects that would happen again.',
    ),
    reasons: REASONS,
    samples: SAMPLES,
  }),
);

/** @internal */
export const BULK = new Model(
  'TaskerBulk',
  object('A verb applied to many tasks, as far as it has come.', {
    id: id('Id of the operation.'),
    command: record('What is done.', { example: { verb: 'retry' } }),
    filter: record('To whom.', { example: { state: 'error' } }),
    actor: text('Who asked for it.', { example: 'ada' }),
    reason: nullable(text('Why.')),
    state: oneOf(['running', 'complete', 'cancelled', 'failed'], 'Whether it runs.'),
    lastTaskId: text('Everything up to this task has been dealt with.', { example: '4711' }),
    untilTaskId: text('Younger tasks are not touched.', { example: '9000' }),
    ...COUNTS,
    failed: integer('Something else kept them from being changed.'),
    reasons: REASONS,
    samples: SAMPLES,
    rate: nullable(number('Most tasks per second.')),
    batchSize: integer('Most tasks in one transaction.'),
    error: nullable(text('Why it failed.')),
    createdAt: instant('When it was asked for.'),
    updatedAt: instant('When its last batch was done.'),
    finishedAt: nullable(instant('When it ended.')),
  }),
);

/** @internal */
export const BULK_LIST = new Model(
  'TaskerBulkList',
  object('Bulk operations.', { operations: list(BULK, 'Newest first.') }),
);
