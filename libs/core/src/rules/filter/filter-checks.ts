import { canonicalJson } from '../../data/canonical-json';
import { nearestName } from '../../data/nearest-name';
import type { Fault } from '../../errors/tasker-error';
import { isInstant, isStorableTime } from './instant';

/** What is wrong with one value of a filter. @internal */
export type Check = (path: string, value: unknown) => readonly Fault[];

const MAX_JSON = 10_000;

/** @internal */
export const fault = (path: string, message: string): readonly Fault[] => [{ path, message }];

/** A name that is none of those known. @internal */
export function unknownKey(path: string, key: string, known: readonly string[]): readonly Fault[] {
  const near = nearestName(key, known);
  return fault(path, `unknown field; ${near === undefined ? `known: ${known.join(', ')}` : `did you mean "${near}"?`}`);
}

/** @internal */
export const instant: Check = (path, value) => {
  const sound = value instanceof Date ? isStorableTime(value.getTime()) : isInstant(value);
  return sound ? [] : fault(path, 'must be a time with its zone, such as 2026-01-31T12:00:00Z');
};

/** JSON that `jsonb` can hold, and not too much of it. @internal */
export const json: Check = (path, value) => {
  let written: string | undefined;
  try {
    written = canonicalJson(value);
  } catch {
    return fault(path, 'must be plain JSON data');
  }
  if (written.length > MAX_JSON) return fault(path, `must have at most ${MAX_JSON} characters as JSON`);
  // As PostgreSQL sees it: jsonb can hold neither, and would answer with an error of its own.
  return /\\u(0000|d[89a-f])/i.test(written.replaceAll('\\\\', ''))
    ? fault(path, 'must not contain NUL or half a surrogate pair')
    : [];
};

/** @internal */
export const jsonObject: Check = (path, value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? json(path, value)
    : fault(path, 'must be an object');
