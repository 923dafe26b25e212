import { TEXT_LIMITS } from '@tasker/core';
import { id, text } from '../openapi/schema-parts';
import type { SchemaObject } from '../openapi/model';

const PATH_PARAMETERS: Readonly<Record<string, SchemaObject>> = {
  id: id('Id, as lists show it.'),
  taskId: id('Id of the task.'),
  step: text('Name of the step.', { example: 'charge_payment', maxLength: TEXT_LIMITS.stepName }),
  namespace: text('Namespace of the template.', { example: 'default', maxLength: TEXT_LIMITS.namespace }),
  name: text('Name of the template.', { example: 'fulfil_order', maxLength: TEXT_LIMITS.templateName }),
};

/** Names and schemas of the parameters in a path such as `:taskId/steps/:step`. @internal */
export function pathParameters(path: string): [name: string, schema: SchemaObject][] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => {
    const schema = PATH_PARAMETERS[name];
    if (!schema) throw new TypeError(`the path parameter ${name} is not described`);
    return [name, schema];
  });
}
