import { FAILURE_KINDS, SHOWN_STEP_STATES, SKIP_REASONS, TASK_STATES } from '@tasker/core';
import { Model } from '../openapi/model';
import {
  flag,
  id,
  instant,
  integer,
  json,
  list,
  nullable,
  number,
  object,
  oneOf,
  record,
  text,
} from '../openapi/schema-parts';

/** What lies behind an error, and behind that, so many levels deep. */
function causeSchema(levels: number): ReturnType<typeof object> {
  const deeper = levels > 1 ? { cause: causeSchema(levels - 1) } : {};
  const fields = {
    name: text('Class of the cause.'),
    message: text('Its message.'),
    code: text('Its code.'),
    ...deeper,
  };
  return object('What caused it.', fields, { optional: ['code', ...(levels > 1 ? (['cause'] as const) : [])] });
}

/** @internal */
export const FAILURE = new Model(
  'TaskerStepFailure',
  object(
    'How an attempt failed.',
    {
      kind: oneOf(FAILURE_KINDS, 'What kind of failure it was.', { example: 'error' }),
      name: text('Class of the error.', { example: 'GatewayError' }),
      message: text('What the handler said.', { example: 'The gateway answered 502.' }),
      code: text('Short code for programs.', { example: 'HTTP_502' }),
      stack: text('Bounded stack trace.'),
      context: record('Data the handler gave with the error.'),
      cause: causeSchema(3),
    },
    { optional: ['code', 'stack', 'context', 'cause'] },
  ),
);

/** @internal */
export const WAITING_FOR = new Model(
  'TaskerWaitingFor',
  object('What a step waits for that holds no worker.', {
    kind: oneOf(['sleep', 'signal', 'approval', 'suspended'], 'What kind of wait it is.', { example: 'signal' }),
    since: instant('Since when.'),
    until: nullable(instant('When it goes on, or its time is over, whatever comes; null: there is no such time.')),
    signals: list(text('Name of a signal.'), 'Signals it still takes.', { example: ['payment_received'] }),
    approval: nullable(
      object('Of an approval: which.', {
        id: id('The approval.'),
        title: text('What is asked.'),
        assignees: list(text('Somebody.'), 'Who may decide; empty: whoever has the permission.'),
      }),
    ),
  }),
);

/** @internal */
export const STEP = new Model(
  'TaskerStep',
  object('A step of a task, whether it has run or not.', {
    name: text('Name, unique within the task.', { example: 'charge_payment' }),
    state: oneOf(SHOWN_STEP_STATES, 'Where it stands.', { example: 'error' }),
    skipReason: nullable(oneOf(SKIP_REASONS, 'Why it is skipped; null when it is not.')),
    attempt: integer('Attempts begun; 0: it has not run yet.', { example: 3 }),
    retryLimit: integer('Attempts in total before a failure is final.', { example: 3 }),
    granted: integer('Attempts that do not count against the limit: those before an operator ran it again.'),
    skippable: flag('A request may leave the step out.'),
    parents: list(text('Name of a step.'), 'Steps it depends on.', { example: ['validate_order'] }),
    result: json('What the handler returned; null before, and for a step that was skipped.'),
    error: nullable(FAILURE),
    blocked: flag('A step it depends on, near or far, has failed or was cancelled.'),
    inputs: nullable(record('Fields of the context that an operator gave this step other values for.')),
    workerId: nullable(integer('Worker of the last attempt.')),
    startedAt: nullable(instant('Start of the last attempt.')),
    finishedAt: nullable(instant('End.')),
    nextRetryAt: nullable(instant('When it is due again.')),
    waitingFor: nullable(WAITING_FOR),
    progress: nullable(
      object('How far it says it is; null when it does not run, or has said nothing in this attempt.', {
        fraction: number('0 to 1.', { example: 0.4 }),
        note: nullable(text('In the words of the handler.', { example: 'page 12 of 30' })),
        at: instant('When it said so.'),
      }),
    ),
  }),
);

/** @internal */
export const STEP_LIST = new Model(
  'TaskerStepList',
  object('The steps of a task, in the order of its template.', { steps: list(STEP, 'All of them.') }),
);

const transition = {
  at: instant('When.'),
  workerId: nullable(integer('Null when no worker had a part in it.')),
  actor: nullable(text('Who caused it; null when it moved by itself.', { example: 'ada' })),
  reason: nullable(text('Why.', { example: 'the gateway is back' })),
};

const TASK_TRANSITION = new Model(
  'TaskerTaskTransition',
  object('One change of state of a task.', {
    from: nullable(oneOf(TASK_STATES, 'Null: it was created.')),
    to: oneOf(TASK_STATES, 'State it moved to.'),
    ...transition,
  }),
);

const STEP_TRANSITION = new Model(
  'TaskerStepTransition',
  object('One change of state of a step.', {
    step: text('Name of the step.', { example: 'charge_payment' }),
    from: nullable(oneOf(SHOWN_STEP_STATES, 'Null: nothing had happened to the step before.')),
    to: oneOf(SHOWN_STEP_STATES, 'State it moved to.'),
    attempt: integer('The attempt it belongs to; for `ready`, the one that follows.'),
    error: nullable(FAILURE),
    ...transition,
  }),
);

/** @internal */
export const HISTORY = new Model(
  'TaskerTaskHistory',
  object('Every change of state of a task and of its steps, each list in the order in which it happened.', {
    task: list(TASK_TRANSITION, 'Changes of the task.'),
    steps: list(STEP_TRANSITION, 'Changes of its steps.'),
    truncated: flag('One of the lists has its latest 10,000 entries, and there were earlier ones.', { example: false }),
  }),
);

/** @internal */
export const RECEIPT = new Model(
  'TaskerReceipt',
  object('What a verb changed.', {
    taskId: id('The task.'),
    verb: text('The verb.', { example: 'retry_step' }),
    changed: flag('False: it was so already, and nothing was written.'),
    state: oneOf(TASK_STATES, 'State of the task now.', { example: 'in_progress' }),
    hold: flag('The task is paused.', { example: false }),
    priority: integer('Priority of the task.', { example: 0 }),
    lockVersion: integer('Counts the acts of operators on the task; what `If-Match` compares.', { example: 2 }),
    steps: list(
      object(
        'A step that moved.',
        {
          step: text('Name of the step.', { example: 'charge_payment' }),
          from: oneOf(SHOWN_STEP_STATES, 'State before.', { example: 'error' }),
          to: oneOf(SHOWN_STEP_STATES, 'State now.', { example: 'ready' }),
          skipReason: oneOf(SKIP_REASONS, 'Of a step that is skipped now: why.'),
        },
        { optional: ['skipReason'] },
      ),
      'Steps whose state the verb changed, in the order of the template.',
    ),
    aborted: list(text('Name of a step.'), 'Running steps that were taken from their workers.'),
    at: number('Time of the database, epoch milliseconds.', { example: 1_769_860_800_000 }),
  }),
);
