import { childPath } from '../../data/fault-path';
import { isRecord } from '../../data/record';

/** A piece of a pattern that is repeated without a bound, and what of it may repeat by itself. */
const UNBOUNDED = /^(?:[*+]|\{\d+,\})/;

/**
 * Paths of patterns in a schema in which something repeats that repeats already, such as `(a+)+`: a text that does not
 * match them after all may take for ever, in the process of whoever checks it.
 *
 * @internal
 */
export function costlyPatterns(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((entry, index) => costlyPatterns(entry, childPath(path, index)));
  if (!isRecord(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const here = childPath(path, key);
    if (key === 'pattern' && typeof value === 'string') return hasNestedRepetition(value) ? [here] : [];
    const names = key === 'patternProperties' && isRecord(value) ? Object.keys(value) : [];
    return [...names.filter(hasNestedRepetition).map((name) => childPath(here, name)), ...costlyPatterns(value, here)];
  });
}

/** By the groups of a pattern; what is inside a class of characters repeats nothing. */
export function hasNestedRepetition(pattern: string): boolean {
  const plain = pattern.replace(/\\./gs, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x');
  /** Whether something repeats inside each open group. */
  const open: boolean[] = [];
  for (let at = 0; at < plain.length; at++) {
    const character = plain[at];
    if (character === '(') open.push(false);
    else if (character === ')') {
      const inside = open.pop() ?? false;
      const repeats = UNBOUNDED.test(plain.slice(at + 1));
      if (inside && repeats) return true;
      if ((inside || repeats) && open.length > 0) open[open.length - 1] = true;
    } else if (open.length > 0 && UNBOUNDED.test(plain.slice(at, at + 12))) open[open.length - 1] = true;
  }
  return false;
}
