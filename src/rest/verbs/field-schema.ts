import type { VerbField } from '@tasker/core';
import type { SchemaObject } from '../openapi/model';
import { flag, integer, json, list, oneOf, record, text } from '../openapi/schema-parts';

/** A field of the table of verbs as OpenAPI has it. @internal */
export function fieldSchema(field: VerbField): SchemaObject {
  const { nullable, example } = field;
  const schema = plainSchema(field);
  return { ...schema, ...(example === undefined ? {} : { example }), ...(nullable && { nullable }) };
}

/** All of them, by name. @internal */
export const fieldSchemas = (fields: Readonly<Record<string, VerbField>>): Record<string, SchemaObject> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]));

function plainSchema(field: VerbField): SchemaObject {
  const { description } = field;
  switch (field.type) {
    case 'choice':
      return oneOf(field.choices, description, field.default === undefined ? {} : { default: field.default });
    case 'integer':
      return integer(description, { minimum: field.minimum, maximum: field.maximum });
    case 'flag':
      return flag(description, { default: false });
    case 'text':
      return text(description, { minLength: 1, maxLength: field.maxLength });
    case 'texts':
      return list(text(field.entry, { minLength: 1, maxLength: field.maxLength }), description, {
        maxItems: field.maxItems,
      });
    case 'record':
      return record(description);
    case 'json':
      return json(description);
  }
}
