import { integer, json, request, sized, text } from '../openapi/schema-parts';
import { BODY_BYTES } from '../operation/body-sizes';
import type { OperationSpec } from '../operation/operation-spec';
import { ANNOTATION, ANNOTATION_LIST } from '../schemas/task.schemas';
import { REASON } from '../verbs/verb.operations';

/** @internal */
export const ANNOTATIONS: OperationSpec = {
  id: 'tasks_annotations',
  route: 'GET :id/annotations',
  permission: 'tasker.task:show',
  summary: 'List the notes on a task',
  query: {
    limit: integer('Entries of the page.', { minimum: 1, maximum: 1_000, default: 100 }),
    after: text('Id of the last note of the page before.', { pattern: '^[1-9][0-9]{0,17}$' }),
  },
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
        type: text('What kind of note it is; made when it is new.', sized('annotationType')),
        annotation: json('The note: any JSON.'),
        ...REASON,
      },
      ['type', 'annotation'],
    ),
    required: true,
    maxBytes: BODY_BYTES.note,
    examples: { 'A ticket': { type: 'ticket', annotation: { ticket: 'OPS-17' } } },
  },
  answers: { 201: { description: 'It is there.', schema: ANNOTATION } },
  errors: ['TSK_TASK_NOT_FOUND'],
};
