import type { Permission } from '@tasker/core';
import type { SchemaObject } from '../openapi/model';
import { integer, json, oneOf, record, request, text } from '../openapi/schema-parts';
import type { OperationSpec } from '../operation/operation-spec';
import { RECEIPT } from '../schemas/step.schemas';
import { ANNOTATION, ANNOTATION_LIST } from '../schemas/task.schemas';
import { IF_MATCH } from './task.operations';

/** What every verb takes beside its own fields. @internal */
export const REASON = {
  reason: text('Why; kept in the history.', { minLength: 1, maxLength: 1_000, example: 'the gateway is back' }),
};

/** @internal */
export const RUNNING = (byDefault: 'abort' | 'finish'): SchemaObject =>
  oneOf(['abort', 'finish'], 'Abort handlers that run at that moment, or let them finish.', { default: byDefault });

/** @internal */
export const INPUTS = record('Fields of the context that the step shall see with other values.', {
  example: { carrier: 'slow-but-sure' },
});

/** What is particular about a verb; the rest of its operation is the same for all. @internal */
export interface VerbSpec {
  readonly id: string;
  readonly route: OperationSpec['route'];
  readonly permission: Permission;
  readonly summary: string;
  readonly description: string;
  readonly fields?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly example?: Readonly<Record<string, unknown>>;
  readonly errors?: OperationSpec['errors'];
}

/** An operation that applies a verb and answers with its receipt. @internal */
export function verbOperation({
  fields = {},
  required = [],
  example = {},
  errors = [],
  ...spec
}: VerbSpec): OperationSpec {
  return {
    ...spec,
    description: `${spec.description} Answers the same when it was so already, with \`changed: false\`.`,
    headers: IF_MATCH,
    body: {
      schema: request('How, and why.', { ...fields, ...REASON }, required),
      required: required.length > 0,
      examples: { 'With a reason': { ...example, reason: 'the gateway is back' } },
    },
    answers: { 200: { description: 'What changed.', schema: RECEIPT } },
    errors: ['TSK_TASK_NOT_FOUND', 'TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT', ...errors],
  };
}

/** @internal */
export const CANCEL = verbOperation({
  id: 'tasks_cancel',
  route: 'POST :id/cancel',
  permission: 'tasker.task:cancel',
  summary: 'Cancel a task',
  description: 'Ends the task and every step that has not ended.',
  fields: { running: RUNNING('abort') },
});

/** @internal */
export const RETRY = verbOperation({
  id: 'tasks_retry',
  route: 'POST :id/retry',
  permission: 'tasker.task:retry',
  summary: 'Retry a task',
  description:
    'Runs all failed steps again, each with a fresh budget of attempts, and those that wait for a retry at once.',
});

/** @internal */
export const RESOLVE = verbOperation({
  id: 'tasks_resolve',
  route: 'POST :id/resolve',
  permission: 'tasker.task:resolve',
  summary: 'Resolve a task by hand',
  description: 'Declares the task done by other means; steps that have not ended are cancelled.',
});

/** @internal */
export const PAUSE = verbOperation({
  id: 'tasks_pause',
  route: 'POST :id/pause',
  permission: 'tasker.task:pause',
  summary: 'Pause a task',
  description: 'Starts nothing more of the task until it is resumed.',
  fields: { running: RUNNING('finish') },
});

/** @internal */
export const RESUME = verbOperation({
  id: 'tasks_resume',
  route: 'POST :id/resume',
  permission: 'tasker.task:pause',
  summary: 'Resume a task',
  description: 'Lets a paused task go on.',
});

/** @internal */
export const RERUN = verbOperation({
  id: 'tasks_rerun',
  route: 'POST :id/rerun',
  permission: 'tasker.task:retry',
  summary: 'Rerun a task from a step',
  description: 'Runs a step and everything after it again; earlier results are kept.',
  fields: { step: text('Name of the step.', { minLength: 1, maxLength: 128 }), inputs: INPUTS },
  required: ['step'],
  example: { step: 'create_shipment' },
  errors: ['TSK_STEP_NOT_FOUND', 'TSK_CONTEXT_INVALID'],
});

/** @internal */
export const PRIORITISE = verbOperation({
  id: 'tasks_prioritise',
  route: 'POST :id/priority',
  permission: 'tasker.task:update',
  summary: 'Change the priority of a task',
  description: 'Higher runs first; what waits in the queue moves at once.',
  fields: { priority: integer('The new priority.', { minimum: -100, maximum: 100 }) },
  required: ['priority'],
  example: { priority: 50 },
});

/** @internal */
export const ANNOTATIONS: OperationSpec = {
  id: 'tasks_annotations',
  route: 'GET :id/annotations',
  permission: 'tasker.task:show',
  summary: 'List the notes on a task',
  answers: { 200: { description: 'Oldest first.', schema: ANNOTATION_LIST } },
  errors: ['TSK_TASK_NOT_FOUND'],
};

/** @internal */
export const ANNOTATE: OperationSpec = {
  id: 'tasks_annotate',
  route: 'POST :id/annotations',
  permission: 'tasker.task:update',
  summary: 'Put a note on a task',
  description: 'Tasks can be found by their notes.',
  body: {
    schema: request(
      'The note.',
      {
        type: text('What kind of note it is; made when it is new.', { minLength: 1, maxLength: 64 }),
        annotation: json('The note: any JSON.'),
        ...REASON,
      },
      ['type', 'annotation'],
    ),
    required: true,
    examples: { 'A ticket': { type: 'ticket', annotation: { ticket: 'OPS-17' } } },
  },
  answers: { 201: { description: 'It is there.', schema: ANNOTATION } },
  errors: ['TSK_TASK_NOT_FOUND'],
};
