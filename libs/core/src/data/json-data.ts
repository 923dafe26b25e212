import type { Fault } from '../errors/tasker-error';
import { childPath } from './fault-path';
import { MAX_DEPTH, numberLoss, objectLoss, serialisable, textLoss } from './json-loss';

/** Anything JSON can hold. @public */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object. @public */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Reported faults. */
const MAX_FAULTS = 100;

/** There is no use in going on. @internal */
export class CopyEnded extends Error {
  constructor(readonly tooLarge: boolean) {
    super();
  }
}

/**
 * Copies a value as the JSON data it will be once stored, and reports what would be lost or refused on the way: functions,
 * bigint, NaN, cycles, holes in lists, Map, Set and their like, instances of which JSON would keep nothing, and strings
 * jsonb cannot hold (NUL, half a surrogate pair).
 *
 * `toJSON` is honoured, so a Date becomes its ISO text. Undefined properties are left out, as JSON.stringify does.
 *
 * @param path path of the value itself, the start of every reported path
 * @param faults receives at most 100 faults, in input order; then the copy ends
 * @param maxBytes of the JSON text in UTF-8: what is certain to be larger is a fault before it has been copied
 * @returns a deep copy; meaningless when faults were reported
 * @internal
 */
export function copyJson(value: unknown, path: string, faults: Fault[], maxBytes = Infinity): JsonValue {
  try {
    return copyAll(value, path, faults, maxBytes);
  } catch (error) {
    if (!(error instanceof CopyEnded)) throw error;
    if (error.tooLarge) faults.push({ path, message: `must have at most ${maxBytes} bytes as JSON` });
    return null;
  }
}

/**
 * Copies what JSON can hold of a value, and a text in the place of all else: for what is told about a failure, which must
 * never fail itself.
 *
 * @param maxBytes after which the rest is left out
 * @internal
 */
export function copyAsFarAsJson(value: unknown, maxBytes: number): JsonValue {
  const refuse: Refuse = (_path, message, refused) => told(message, refused);
  const full = (text = '(more than can be kept)'): string => told('', text.slice(0, maxBytes));
  return new JsonCopy('', maxBytes, refuse, full).copy(value, '');
}

/** Answers with what stands for a value that cannot be copied. */
type Refuse = (path: string, message: string, value: unknown) => string | null;

/** As `copyJson`. @throws {CopyEnded} when the copy would be too large, or there are faults enough @internal */
export function copyAll(value: unknown, path: string, faults: Fault[], maxBytes: number): JsonValue {
  const refuse: Refuse = (where, message) => {
    faults.push({ path: where, message });
    if (faults.length >= MAX_FAULTS) throw new CopyEnded(false);
    return null;
  };
  const full = (): never => {
    throw new CopyEnded(true);
  };
  return new JsonCopy(path, maxBytes, refuse, full).copy(value, '');
}

/** What stands for a value that JSON has no form for. */
function told(message: string, value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Error) return String(value);
  return `(${message})`;
}

class JsonCopy {
  private readonly ancestors = new Set<object>();
  private readonly segments: (string | number)[] = [];
  /** What the text takes at least: every value a character and what separates it, every text its characters. */
  private bytes = 0;

  /** @param full what stands for a value, or is left of a text, beyond `maxBytes`; or throws */
  constructor(
    private readonly root: string,
    private readonly maxBytes: number,
    private readonly refuse: Refuse,
    private readonly full: (text?: string) => string,
  ) {}

  copy(input: unknown, key: string): JsonValue {
    this.bytes += 2;
    if (this.isFull) return this.full();
    let value: unknown;
    try {
      value = serialisable(input, key);
    } catch (error) {
      return this.unreadable(error);
    }
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') {
      const lost = numberLoss(value);
      return lost === undefined ? value : this.fault(lost, value);
    }
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'object') return this.structure(value);
    return this.fault(`must be JSON data, not ${value === undefined ? 'undefined' : `a ${typeof value}`}`, value);
  }

  private get isFull(): boolean {
    // The last value is followed by nothing.
    return this.bytes - 1 > this.maxBytes;
  }

  private structure(value: object): JsonValue {
    const lost = objectLoss(value);
    if (lost !== undefined) return this.fault(lost, value);
    if (this.ancestors.has(value)) return this.fault('must not contain itself', value);
    if (this.ancestors.size >= MAX_DEPTH) return this.fault(`must not be nested more than ${MAX_DEPTH} deep`, value);
    this.ancestors.add(value);
    const copy = Array.isArray(value) ? this.list(value) : this.object(value);
    this.ancestors.delete(value);
    return copy;
  }

  private list(values: readonly unknown[]): JsonValue[] {
    const copy: JsonValue[] = [];
    for (let index = 0; index < values.length && !this.isFull; index++) {
      copy.push(this.below(index, () => this.copy(values[index], String(index))));
    }
    return copy;
  }

  private object(value: object): JsonValue {
    const copied: [string, JsonValue][] = [];
    let fields: [string, unknown][];
    try {
      fields = Object.entries(value);
    } catch (error) {
      return this.unreadable(error);
    }
    for (const [key, field] of fields) {
      if (this.isFull) break;
      if (field !== undefined) this.below(key, () => copied.push([this.text(key), this.copy(field, key)]));
    }
    // Not by assignment: a key `__proto__` must stay a key.
    return Object.fromEntries(copied);
  }

  private below<T>(segment: string | number, work: () => T): T {
    this.segments.push(segment);
    const answer = work();
    this.segments.pop();
    return answer;
  }

  private text(text: string): string {
    this.bytes += text.length;
    if (this.isFull) return this.full(text);
    const lost = textLoss(text);
    return lost === undefined ? text : (this.fault(lost, text) ?? '');
  }

  private unreadable(error: unknown): string | null {
    return this.fault(`cannot be read: ${error instanceof Error ? error.message : typeof error}`, null);
  }

  private fault(message: string, value: unknown): string | null {
    return this.refuse(this.segments.reduce<string>(childPath, this.root), message, value);
  }
}
