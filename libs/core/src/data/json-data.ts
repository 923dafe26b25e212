import type { Fault } from '../errors/tasker-error';
import { childPath } from './fault-path';

/** Anything JSON can hold. @public */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object. @public */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Levels of nesting. PostgreSQL refuses jsonb far deeper than this with "stack depth limit exceeded". */
const MAX_DEPTH = 500;

/** Reported faults: a list of a million bad entries must not become a message of a million lines. */
const MAX_FAULTS = 100;

/**
 * Copies a value as the JSON data it will be once stored, and reports what would be lost or refused on the way:
 * functions, bigint, NaN, cycles, holes in lists, and strings jsonb cannot hold (NUL, half a surrogate pair).
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
    return new JsonCopy(faults, maxBytes).copy(value, path, '');
  } catch (error) {
    if (!(error instanceof CopyEnded)) throw error;
    if (error.tooLarge) faults.push({ path, message: `must have at most ${maxBytes} bytes as JSON` });
    return null;
  }
}

/** There is no use in going on. */
class CopyEnded extends Error {
  constructor(readonly tooLarge: boolean) {
    super();
  }
}

class JsonCopy {
  private readonly ancestors = new Set<object>();

  /** What the text takes at least: every value a character and what separates it, every text its characters. */
  private bytes = 0;

  constructor(
    private readonly faults: Fault[],
    private readonly maxBytes: number,
  ) {}

  copy(input: unknown, path: string, key: string): JsonValue {
    this.count(2);
    const value = serialisable(input, key);
    if (typeof value === 'string') return this.text(value, path);
    if (typeof value === 'number') return Number.isFinite(value) ? value : this.fault(path, `must not be ${value}`);
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value !== 'object') return this.fault(path, `must be JSON data, not ${nameOf(value)}`);
    if (isOpaque(value)) return this.fault(path, `must be JSON data, not a ${value.constructor.name}`);
    if (this.ancestors.has(value)) return this.fault(path, 'must not contain itself');
    if (this.ancestors.size >= MAX_DEPTH) return this.fault(path, `must not be nested more than ${MAX_DEPTH} deep`);
    this.ancestors.add(value);
    const copy = Array.isArray(value) ? this.list(value, path) : this.object(value, path);
    this.ancestors.delete(value);
    return copy;
  }

  private list(values: readonly unknown[], path: string): JsonValue[] {
    // Asked before: a list without entries may be as long as it likes.
    if (values.length * 2 > this.maxBytes) throw new CopyEnded(true);
    return Array.from(values, (value, index) => this.copy(value, childPath(path, index), String(index)));
  }

  private object(value: object, path: string): JsonObject {
    const entries: [string, JsonValue][] = [];
    for (const [key, entry] of Object.entries(value) as [string, unknown][]) {
      if (entry === undefined) continue;
      const here = childPath(path, key);
      this.text(key, here);
      entries.push([key, this.copy(entry, here, key)]);
    }
    // Not by assignment: a key `__proto__` must stay a key.
    return Object.fromEntries(entries);
  }

  private count(bytes: number): void {
    this.bytes += bytes;
    // The last value is followed by nothing.
    if (this.bytes - 1 > this.maxBytes) throw new CopyEnded(true);
  }

  private text(text: string, path: string): string {
    this.count(text.length);
    if (text.includes('\u0000')) this.fault(path, 'must not contain NUL characters');
    else if (!text.isWellFormed()) this.fault(path, 'must not contain half a surrogate pair');
    return text;
  }

  private fault(path: string, message: string): null {
    this.faults.push({ path, message });
    if (this.faults.length >= MAX_FAULTS) throw new CopyEnded(false);
    return null;
  }
}

function serialisable(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  const { toJSON } = value;
  return typeof toJSON === 'function' ? (Reflect.apply(toJSON, value, [key]) as unknown) : value;
}

/** Classes of the language whose content JSON.stringify drops without a word. Told by tag, so those of another realm count. */
const OPAQUE: ReadonlySet<string> = new Set(
  [
    ...['Map', 'Set', 'Promise', 'ArrayBuffer', 'SharedArrayBuffer', 'RegExp', 'Error'],
    ...['Boolean', 'Number', 'String', 'Symbol', 'BigInt'],
  ].map((name) => `[object ${name}]`),
);

const isOpaque = (value: object): boolean =>
  ArrayBuffer.isView(value) || OPAQUE.has(Object.prototype.toString.call(value));

function nameOf(value: unknown): string {
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}
