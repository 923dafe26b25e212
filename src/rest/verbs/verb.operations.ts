import { OPERATOR_VERBS, verbFields, VERBS, type OperatorVerb, type VerbField, type VerbSpec } from '@tasker/core';
import { request, sized, text } from '../openapi/schema-parts';
import { BODY_BYTES } from '../operation/body-sizes';
import type { OperationSpec } from '../operation/operation-spec';
import { RECEIPT } from '../schemas/step.schemas';
import { fieldSchemas } from './field-schema';

/** What every verb takes beside its own fields. @internal */
export const REASON = {
  reason: text('Why; kept in the history.', { ...sized('reason'), example: 'the gateway is back' }),
};

/** @internal */
export const IF_MATCH = {
  'If-Match': text('`ETag` of the task as you saw it: answered with 412 when somebody acted on it since.', {
    example: '"v2-3qVhT0yC8m1xZ9aB"',
    maxLength: 200,
  }),
};

/** A resource that verbs are routes of: a task, or one of its steps. @internal */
export type VerbPlace = 'task' | 'step';

/** An operation that applies a verb. @internal */
export interface VerbOperation {
  readonly verb: OperatorVerb;
  readonly spec: OperationSpec;
}

/** What the path to a resource looks like, and what its operations are called. */
const PLACES = {
  task: { resource: 'tasks', at: ':id' },
  step: { resource: 'workflow_steps', at: ':step' },
} as const;
/** Words of operation ids that are not those of the route. */
const OPERATION_WORDS: Readonly<Partial<Record<OperatorVerb, string>>> = { set_priority: 'prioritise' };

/** The operations of all verbs that are routes of the resource: its own before those it shares. @internal */
export function verbOperations(place: VerbPlace): VerbOperation[] {
  const verbs = Object.keys(VERBS).filter(isOperatorVerb);
  const shared = verbs.filter((verb) => rowOf(verb).permissionOnStep !== undefined);
  const own = verbs.filter((verb) => rowOf(verb).subject === place && !shared.includes(verb));
  // A task has them where the table has them; of a step they are the farthest-reaching, and stand last.
  const there = place === 'step' ? [...own, ...shared] : verbs.filter((verb) => [...own, ...shared].includes(verb));
  return there.flatMap((verb) => {
    const { word } = rowOf(verb);
    return word === undefined ? [] : [{ verb, spec: operationOf(verb, word, place) }];
  });
}

const rowOf = (verb: OperatorVerb): VerbSpec => VERBS[verb];
const isOperatorVerb = (verb: string): verb is OperatorVerb => (OPERATOR_VERBS as readonly string[]).includes(verb);

function operationOf(verb: OperatorVerb, word: string, place: VerbPlace): OperationSpec {
  const { permission, permissionOnStep, summary, description } = rowOf(verb);
  const { resource, at } = PLACES[place];
  const { step, ...own } = verbFields(verb);
  // A route of the step has it in its path.
  const fields = { ...(step && place === 'task' && { step }), ...own };
  const required = [...(step && place === 'task' ? ['step'] : []), ...rowOf(verb).required];
  return {
    ...{ id: `${resource}_${OPERATION_WORDS[verb] ?? word}`, route: `POST ${at}/${word}`, summary },
    permission: (place === 'step' ? permissionOnStep : undefined) ?? permission,
    description: `${description} Answers the same when it was so already, with \`changed: false\`.`,
    headers: IF_MATCH,
    body: {
      schema: request('How, and why.', { ...fieldSchemas(fields), ...REASON }, required),
      required: required.length > 0,
      ...(holdsValues(fields) ? {} : { maxBytes: BODY_BYTES.plain }),
      examples: { 'With a reason': { ...exampleOf(fields, required), reason: 'the gateway is back' } },
    },
    answers: { 200: { description: 'What changed.', schema: RECEIPT } },
    errors: [
      ...(['TSK_TASK_NOT_FOUND', 'TSK_STATE_REFUSED', 'TSK_VERSION_CONFLICT'] as const),
      ...(step ? (['TSK_STEP_NOT_FOUND'] as const) : []),
      ...Object.values(fields).flatMap(({ errors = [] }) => errors),
    ],
  };
}

/** Whether it has a value of the user's own: a result, or inputs. */
const holdsValues = (fields: Readonly<Record<string, VerbField>>): boolean =>
  Object.values(fields).some(({ type }) => type === 'json' || type === 'record');

/** No more than must be given, or else whatever has an example. */
function exampleOf(fields: Readonly<Record<string, VerbField>>, required: readonly string[]): object {
  const shown = Object.entries(fields).filter(
    ([name, { example }]) => example !== undefined && (required.length === 0 || required.includes(name)),
  );
  return Object.fromEntries(shown.map(([name, { example }]) => [name, example]));
}
