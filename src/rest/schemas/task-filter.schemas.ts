import { FAILURE_KINDS, LIST_LIMITS, SHOWN_STEP_STATES, TASK_STATES } from '@tasker/core';
import { Model, type SchemaObject } from '../openapi/model';
import { flag, id, instant, integer, list, oneOf, record, request, sized, text } from '../openapi/schema-parts';
import { JSON_TEXT } from '../operation/read-query';

const many = { minItems: 1, maxItems: LIST_LIMITS.filterValues };

const CONTEXT = record('Has a context that contains this.', { example: { orderNumber: 'SF-1001' } });
/** Values are checked by the rule, whose words are better than those of alternatives in a schema. */
const ATTRIBUTES = record(
  'Has these search attributes of its template: each a string, number or boolean, or bounds `gt`, `gte`, `lt`, `lte`; ' +
    'instants are strings.',
  { example: { customer: 'CUS-1', total: { gte: 10, lt: 20 } } },
);
const ANNOTATION = request(
  'Has an annotation of this type; and, when given, one that contains this.',
  {
    type: text('Kind of note.', { ...sized('annotationType'), example: 'ticket' }),
    contains: { description: 'What the note contains.', example: { ticket: 'OPS-17' } },
  },
  ['type'],
);

const PLAIN = {
  ids: list(id('Id of a task.'), 'One of these.', many),
  state: list(oneOf(TASK_STATES, 'State of a task.'), 'In one of these states.', { ...many, example: ['error'] }),
  namespace: text('Namespace of the template.', { ...sized('namespace'), example: 'default' }),
  name: text('Name of the template.', { ...sized('templateName'), example: 'fulfil_order' }),
  version: text('Version of the template.', sized('version')),
  hold: flag('Paused, or not.'),
  tags: list(text('Tag.', sized('tag')), 'Has all of these tags.', { minItems: 1, maxItems: LIST_LIMITS.tags }),
  identity: text('Has this identity.', sized('identity')),
  correlationId: text('Has this correlation id.', sized('correlationId')),
  initiator: text('Was asked for by this one.', sized('initiator')),
  sourceSystem: text('Was asked for there.', sized('sourceSystem')),
  requestedAfter: instant('Created at that time or later.', { example: '2026-01-31T00:00:00Z' }),
  requestedBefore: instant('Created before.'),
  finishedAfter: instant('Ended at that time or later.'),
  finishedBefore: instant('Ended before.'),
  step: text('Has a step of this name.', sized('stepName')),
  stepState: list(oneOf(SHOWN_STEP_STATES, 'State of a step.'), 'That step is in one of these states.', many),
  errorKind: oneOf(FAILURE_KINDS, 'Has a step in error whose last failure is of this kind.'),
  errorMessage: text(
    'Has a step in error whose last failure says this somewhere in its message.',
    sized('errorMessage'),
  ),
  errorFingerprint: text('Has a step in error that belongs to this failure group.', sized('errorFingerprint')),
};

/** A filter of tasks in a body. @internal */
export const TASK_FILTER = new Model(
  'TaskerTaskFilter',
  request('Which tasks; every field narrows.', {
    ...PLAIN,
    attributes: ATTRIBUTES,
    context: CONTEXT,
    annotation: ANNOTATION,
  }),
);

const asText = (schema: SchemaObject, description: string): SchemaObject => ({
  ...{ [JSON_TEXT]: schema, description },
  example: JSON.stringify(schema['example'] ?? { type: 'ticket', contains: { ticket: 'OPS-17' } }),
});

/** The same in a query: lists are repeated, objects are JSON text. @internal */
export const TASK_FILTER_QUERY: Readonly<Record<string, SchemaObject>> = {
  ...PLAIN,
  attributes: asText(ATTRIBUTES, 'Has these search attributes: JSON object of values, or of bounds.'),
  context: asText(CONTEXT, 'Has a context that contains this JSON object.'),
  annotation: asText(ANNOTATION, 'Has an annotation: JSON object of `type` and, optionally, what it `contains`.'),
};

/** @internal */
export const PAGE_QUERY: Readonly<Record<string, SchemaObject>> = {
  limit: integer('Entries of the page.', { minimum: 1, maximum: 500, default: 50 }),
  cursor: text('`nextCursor` of the page before; it belongs to the same order.', { minLength: 1, maxLength: 255 }),
};
