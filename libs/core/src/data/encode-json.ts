import type { Fault } from '../errors/tasker-error';
import { copyAll, CopyEnded } from './json-data';
import { MAX_DEPTH, numberLoss, textLoss } from './json-loss';

/**
 * JSON text of a value, with the faults of `copyJson`. The usual value, made of literals, is looked at and not copied.
 *
 * @param maxBytes as of `copyJson`; the text may still be larger
 * @returns null when it is certain to be larger; meaningless when faults were reported
 * @internal
 */
export function encodeJson(value: unknown, path: string, faults: Fault[], maxBytes: number): string | null {
  if (isAsItIs(value, maxBytes)) return JSON.stringify(value);
  try {
    return JSON.stringify(copyAll(value, path, faults, maxBytes));
  } catch (error) {
    if (!(error instanceof CopyEnded)) throw error;
    return null;
  }
}

/** Whether JSON.stringify writes a value as it is. A no may be wrong: then the copy finds nothing either. */
function isAsItIs(value: unknown, maxBytes: number): boolean {
  try {
    return new AsItIs(maxBytes / 2).holds(value, 0);
  } catch {
    // An accessor, or a proxy: the copy says where.
    return false;
  }
}

class AsItIs {
  /** @param left values, each of which is a character at least and what separates it */
  constructor(private left: number) {}

  holds(value: unknown, depth: number): boolean {
    if (--this.left < 0) return false;
    if (typeof value === 'string') return textLoss(value) === undefined;
    if (typeof value === 'number') return numberLoss(value) === undefined;
    if (typeof value !== 'object') return typeof value === 'boolean';
    // A cycle is deep, too.
    if (value === null || depth >= MAX_DEPTH) return value === null;
    return Array.isArray(value) ? this.holdsAll(value, depth) : this.holdsFields(value, depth);
  }

  private holdsAll(values: readonly unknown[], depth: number): boolean {
    for (const value of values) if (!this.holds(value, depth + 1)) return false;
    return !('toJSON' in values);
  }

  private holdsFields(value: object, depth: number): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    if ((prototype !== Object.prototype && prototype !== null) || 'toJSON' in value) return false;
    for (const key in value) {
      const field = (value as Readonly<Record<string, unknown>>)[key];
      if (field !== undefined && !(textLoss(key) === undefined && this.holds(field, depth + 1))) return false;
    }
    return true;
  }
}
