import { parseJson, type Fault } from '@tasker/core';
import type { SchemaObject } from '../openapi/model';

/** Keyword of a parameter that is JSON text: the schema of what the text says. @internal */
export const JSON_TEXT = 'x-json';

/**
 * Query parameters as the values their schemas ask for. Text that cannot be read as such stays text, so that the
 * schema can say what it should have been.
 *
 * @internal
 */
export function readQuery(
  given: URLSearchParams,
  schemas: Readonly<Record<string, SchemaObject>>,
  faults: Fault[],
): Record<string, unknown> {
  // Without a prototype: a parameter may be called anything.
  const query = Object.create(null) as Record<string, unknown>;
  for (const name of new Set(given.keys())) {
    const values = given.getAll(name);
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema?.['type'] === 'array') query[name] = values.map((value) => readValue(value, schema['items']));
    else if (values.length > 1) faults.push({ path: name, message: 'must be given once' });
    else if (schema && JSON_TEXT in schema) query[name] = readJson(values[0] ?? '', name, faults);
    else query[name] = readValue(values[0] ?? '', schema);
  }
  return query;
}

function readValue(text: string, schema: unknown): unknown {
  const { type } = (schema ?? {}) as { type?: unknown };
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function readJson(text: string, name: string, faults: Fault[]): unknown {
  try {
    return parseJson(text, name, faults);
  } catch {
    faults.push({ path: name, message: 'must be JSON' });
    return undefined;
  }
}
