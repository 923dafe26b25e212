import { LIST_LIMITS } from '@tasker/core';
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
  record,
  request,
  sized,
  text,
} from '../openapi/schema-parts';

/** @internal */
export const APPROVAL_STATES = ['open', 'approved', 'rejected', 'timed_out', 'superseded', 'withdrawn'] as const;

const assignee = text('`user:<principal id>` or `role:<role>`.', {
  ...sized('assignee'),
  pattern: '^(user|role):.+$',
  example: 'role:accounting',
});

/** @internal */
export const SIGNAL_REQUEST = new Model(
  'TaskerSignalRequest',
  request(
    'A signal to a task, or to a key.',
    {
      name: text('What waiting steps call it.', { ...sized('signalName'), example: 'payment_received' }),
      taskId: id('The task whose step waits for it. Either this or `key`.'),
      key: text('What the waiting steps gave as their correlation.', {
        ...sized('signalKey'),
        pattern: '^[^@]',
        example: 'order-1001',
      }),
      namespace: text('Of the tasks that wait; of a signal to a task that of the task.', sized('namespace')),
      payload: json('JSON data for whoever waits.'),
      id: text('Another signal of the same name and id to the same task or key is the same one, for 7 days.', {
        ...sized('signalId'),
      }),
      ttlMs: integer('How long it is kept when nobody waits. To a task: as long as that is there; to a key: a day.', {
        minimum: 0,
      }),
    },
    ['name'],
  ),
);

/** @internal */
export const SIGNAL_RECEIPT = new Model(
  'TaskerSignalReceipt',
  object('What became of a signal.', {
    outcome: oneOf(
      ['delivered', 'kept', 'dropped', 'duplicate'],
      'Delivered to a waiting step; kept for whoever waits next; dropped, because nobody waits and it was not to be kept; a duplicate.',
    ),
    waits: integer('How many waiting steps it reached.'),
  }),
);

/** @internal */
export const APPROVAL = new Model(
  'TaskerApproval',
  object('A decision that people are asked for.', {
    id: id('Id of the approval.'),
    taskId: id('The task whose step waits for it.'),
    namespace: text('Namespace of the template.'),
    task: text('Name of the template.'),
    step: text('Name of the step.'),
    state: oneOf(
      APPROVAL_STATES,
      'Superseded: the step was rerun and asks anew. Withdrawn: the step was ended otherwise.',
    ),
    title: text('What is asked.'),
    description: nullable(text('More about it.')),
    form: nullable(record('JSON Schema of the answer.')),
    assignees: list(assignee, 'Who is asked; empty: whoever has the permission.'),
    notInitiator: flag('Not whoever asked for the task.'),
    initiator: nullable(text('Who asked for the task.')),
    openedAt: instant('Since when it is asked.'),
    deadlineAt: nullable(instant('Until when.')),
    escalatedAt: nullable(instant('When others were asked instead.')),
    endedAt: nullable(instant('When it was decided, or over.')),
    actor: nullable(text('Who decided.')),
    answer: json('What was answered.'),
  }),
);

/** @internal */
export const APPROVAL_LIST = new Model(
  'TaskerApprovalList',
  object('Approvals.', { approvals: list(APPROVAL, 'Newest first.') }),
);

/** @internal */
export const DECISION = new Model(
  'TaskerApprovalDecision',
  request(
    'A decision.',
    {
      decision: oneOf(['approve', 'reject'], 'What is decided.'),
      answer: json('What the form asks for; need not be given with a rejection.'),
    },
    ['decision'],
  ),
);

/** @internal */
export const DELEGATION = new Model(
  'TaskerApprovalDelegation',
  request(
    'Who is asked instead.',
    { to: list(assignee, 'One or more.', { minItems: 1, maxItems: LIST_LIMITS.assignees }) },
    ['to'],
  ),
);
