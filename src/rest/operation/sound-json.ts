import type { Fault } from '@tasker/core';

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/**
 * What makes data unfit to be looked at any further: nesting that could exhaust the stack of whoever walks it, text
 * that PostgreSQL cannot hold (NUL, half a surrogate pair), numbers that JSON cannot express, and keys that change the
 * prototype of an object that is copied carelessly.
 *
 * @param levels how deep it may be nested
 * @returns the first fault, undefined when all is well
 * @internal
 */
export function firstUnsound(value: unknown, levels: number): Fault | undefined {
  if (typeof value === 'string') return textFault(value);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : { path: '', message: 'must be a number that a double can hold' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return { path: '', message: 'is nested too deep' };
  return Array.isArray(value) ? firstInList(value, levels) : firstInObject(value, levels);
}

/** By index: pairs of a long list would take longer than all else that is done with it. */
function firstInList(list: readonly unknown[], levels: number): Fault | undefined {
  for (let index = 0; index < list.length; index++) {
    const fault = firstUnsound(list[index], levels - 1);
    if (fault) return { ...fault, path: under(index, fault.path) };
  }
  return undefined;
}

function firstInObject(value: object, levels: number): Fault | undefined {
  for (const [key, entry] of Object.entries(value)) {
    const fault = keyFault(key) ?? firstUnsound(entry, levels - 1);
    if (fault) return { ...fault, path: under(key, fault.path) };
  }
  return undefined;
}

function textFault(text: string): Fault | undefined {
  if (!text.includes('\u0000') && text.isWellFormed()) return undefined;
  return { path: '', message: 'must not contain NUL or half a surrogate pair' };
}

const keyFault = (key: string): Fault | undefined =>
  key === '__proto__' ? { path: '', message: 'is no name for a property' } : textFault(key);

function under(key: string | number, path: string): string {
  const own = typeof key === 'number' ? `[${key}]` : PLAIN_KEY.test(key) ? key : `[${JSON.stringify(key)}]`;
  return path === '' || path.startsWith('[') ? `${own}${path}` : `${own}.${path}`;
}
