import type { ErrorObject } from 'ajv';
import type { Fault } from '../errors/tasker-error';
import { WORDING } from '../data/json-schema';
import { childPath, pointerPath } from '../data/fault-path';
import { didYouMean } from '../data/nearest-name';

/**
 * Words the violation of a schema for the person who wrote the data; a missing or surplus property is reported at its
 * own path instead of its parent's.
 *
 * @internal
 */
export function ajvFault(error: ErrorObject, path: string): Fault {
  const here = pointerPath(path, error.instancePath);
  const params = error.params as Record<string, unknown>;
  const wording = wordingOf(error);
  if (wording !== undefined) return { path: here, message: `must ${wording}` };
  switch (error.keyword) {
    case 'required':
      return { path: childPath(here, String(params['missingProperty'])), message: 'is required' };
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      return { path: childPath(here, name), message: `is not known${didYouMean(name, propertiesOf(error))}` };
    }
    case 'enum':
      return { path: here, message: `must be one of ${(params['allowedValues'] as unknown[]).map(show).join(', ')}` };
    case 'const':
      return { path: here, message: `must be ${show(params['allowedValue'])}` };
    case 'pattern':
      return { path: here, message: `must match ${String(error.schema)}` };
    case 'type':
      return { path: here, message: `must be ${String(params['type']).replaceAll(',', ' or ')}` };
    default:
      return { path: here, message: error.message ?? `violates ${error.keyword}` };
  }
}

function wordingOf({ keyword, parentSchema }: ErrorObject): string | undefined {
  const words = (parentSchema as Record<string, unknown> | undefined)?.[WORDING];
  const word = typeof words === 'object' && words !== null ? (words as Record<string, unknown>)[keyword] : undefined;
  return typeof word === 'string' ? word : undefined;
}

const show = (value: unknown): string => JSON.stringify(value);

const propertiesOf = (error: ErrorObject): string[] =>
  Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
