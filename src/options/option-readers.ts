import { nearestName, type Fault } from '@tasker/core';

/** Collects the faults of one set of options. */
export type Faults = Fault[];

/** Reads one option: its value, or its default after having reported what is wrong. */
export type OptionReader<T> = (value: unknown, path: string, faults: Faults) => T;

type Readers<T> = { readonly [K in keyof T]-?: OptionReader<T[K]> };

/** An object of options; unknown keys are faults, with the nearest known key. */
export function section<T extends object>(readers: Readers<T>): OptionReader<T> {
  return (value, path, faults) => {
    const input = isRecord(value) ? value : {};
    if (value !== undefined && !isRecord(value)) fault(faults, path, 'must be an object', value);
    const known = Object.keys(readers);
    for (const key of Object.keys(input).filter((name) => !known.includes(name))) {
      const near = nearestName(key, known);
      const suggestion = near === undefined ? `known: ${known.join(', ')}` : `did you mean "${near}"?`;
      faults.push({ path: join(path, key), message: `unknown option; ${suggestion}` });
    }
    const entries = Object.entries<OptionReader<unknown>>(readers as Readers<Record<string, unknown>>);
    return Object.fromEntries(entries.map(([key, read]) => [key, read(input[key], join(path, key), faults)])) as T;
  };
}

/** A whole number between two bounds, both included. */
export function integer(min: number, max: number, byDefault: number): OptionReader<number> {
  return (value, path, faults) => {
    if (value === undefined) return byDefault;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    fault(faults, path, `must be an integer from ${min} to ${max}`, value);
    return byDefault;
  };
}

/** The same, or null when it is not given. */
export const optionalInteger =
  (min: number, max: number): OptionReader<number | null> =>
  (value, path, faults) =>
    value === undefined || value === null ? null : integer(min, max, min)(value, path, faults);

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[], byDefault: T): OptionReader<T> {
  return (value, path, faults) => {
    if (value === undefined) return byDefault;
    const word = words.find((known) => known === value);
    if (word === undefined) fault(faults, path, `must be one of ${words.map((w) => `"${w}"`).join(', ')}`, value);
    return word ?? byDefault;
  };
}

/** Yes or no. */
export const flag =
  <D extends boolean | undefined>(byDefault: D): OptionReader<boolean | D> =>
  (value, at, faults) => {
    if (value !== undefined && typeof value !== 'boolean') faults.push({ path: at, message: 'must be true or false' });
    return typeof value === 'boolean' ? value : byDefault;
  };

/** A text that PostgreSQL can hold, at most `maxBytes` long in UTF-8. */
export function text<T extends string | undefined>(maxBytes: number, byDefault: T): OptionReader<string | T> {
  return (value, path, faults) => {
    if (value === undefined) return byDefault;
    if (isText(value, maxBytes)) return value;
    fault(faults, path, `must be a string of 1 to ${maxBytes} bytes without NUL`, value);
    return byDefault;
  };
}

/** A list of such texts, at least one; null when it is not given. */
export function texts(maxBytes: number): OptionReader<readonly string[] | null> {
  return (value, path, faults) => {
    if (value === undefined) return null;
    if (Array.isArray(value) && value.length > 0 && value.every((entry) => isText(entry, maxBytes))) return value;
    fault(faults, path, `must be a list of at least one string of 1 to ${maxBytes} bytes`, value);
    return null;
  };
}

/** An object whose values are strings. */
export function dictionary<T extends Readonly<Record<string, string | undefined>>>(byDefault: T): OptionReader<T> {
  return (value, path, faults) => {
    if (value === undefined) return byDefault;
    if (isRecord(value) && Object.values(value).every((v) => v === undefined || typeof v === 'string'))
      return value as T;
    fault(faults, path, 'must be an object of strings', value);
    return byDefault;
  };
}

/** Reports a fault, naming the type of what was found: the value itself may be a secret. */
export function fault(faults: Faults, path: string, message: string, found: unknown): void {
  const shown = typeof found === 'number' || typeof found === 'boolean' ? `${found}` : describeType(found);
  faults.push({ path, message: `${message}, not ${shown}` });
}

/** An object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown, maxBytes: number): value is string =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= maxBytes && !value.includes('\u0000');

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === '') return 'an empty string';
  return typeof value === 'object' ? 'an object' : typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
