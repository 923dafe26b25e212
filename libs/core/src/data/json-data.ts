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

/** Reported faults. */
const MAX_FAULTS = 100;

/** Answers with what stands for a value that cannot be copied. */
type Refuse = (path: string, message: string, value: unknown) => string | null;

/**
 * Copies a value as the JSON data it will be once stored, and reports what would be lost or refused on the way: functions,
 * bigint, NaN, cycles, holes in lists, Map, Set and their like, instances of which JSON would keep nothing, and strings
 * jsonb cannot hold (NUL, half a surrogate pair).
 *
 * `toJSON` is honoured, so a Date becomes its ISO text. Undefined properties are left out, as JSON.stringify does.
 *
 * @param path path of the value itself, the start of every reported path
 * @param faults receives at most 100 faults, in input order
 * @param most values copied before it gives up: what is mentioned again and again may be short, and its copy endless
 * @returns a deep copy; meaningless when faults were reported
 * @internal
 */
export function copyJson(value: unknown, path: string, faults: Fault[], most = Infinity): JsonValue {
  const refuse: Refuse = (where, message) => {
    // A list of a million bad entries must not become a message of a million lines.
    if (faults.length < MAX_FAULTS) faults.push({ path: where, message });
    return null;
  };
  return new JsonCopy(path, most, refuse).copy(value, '');
}

/**
 * Copies what JSON can hold of a value, and a text in the place of all else: for what is told about a failure, which must
 * never fail itself.
 *
 * @param most values copied before the rest is left out
 * @internal
 */
export function copyAsFarAsJson(value: unknown, most: number): JsonValue {
  return new JsonCopy('', most, (_path, message, refused) => told(message, refused)).copy(value, '');
}

/** What stands for a value that JSON has no form for. */
function told(message: string, value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Error) return String(value);
  return `(${message})`;
}

/**
 * JSON text of a value, with the faults of `copyJson`. The usual value, made of literals, is looked at and not copied.
 *
 * @param most values before it gives up
 * @returns meaningless when faults were reported
 * @internal
 */
export function encodeJson(value: unknown, path: string, faults: Fault[], most: number): string {
  return JSON.stringify(isAsItIs(value, most) ? value : copyJson(value, path, faults, most));
}

/** Whether JSON.stringify writes a value as it is. A no may be wrong: then the copy finds nothing either. */
function isAsItIs(value: unknown, most: number): boolean {
  try {
    return new AsItIs(most).holds(value, 0);
  } catch {
    // An accessor, or a proxy: the copy says where.
    return false;
  }
}

class AsItIs {
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

class JsonCopy {
  private readonly ancestors = new Set<object>();
  private readonly segments: (string | number)[] = [];

  constructor(
    private readonly root: string,
    private left: number,
    private readonly refuse: Refuse,
  ) {}

  copy(input: unknown, key: string): JsonValue {
    if (--this.left < 0) return this.fault('has more values than can be kept', null);
    try {
      return this.kept(serialisable(input, key));
    } catch (error) {
      return this.fault(`cannot be read: ${error instanceof Error ? error.message : typeof error}`, null);
    }
  }

  private kept(value: unknown): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') {
      const lost = numberLoss(value);
      return lost === undefined ? value : this.fault(lost, value);
    }
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'object') return this.structure(value);
    return this.fault(`must be JSON data, not ${value === undefined ? 'undefined' : `a ${typeof value}`}`, value);
  }

  private structure(value: object): JsonValue {
    const kept = lossOf(value);
    if (kept !== undefined) return this.fault(kept, value);
    if (this.ancestors.has(value)) return this.fault('must not contain itself', value);
    if (this.ancestors.size >= MAX_DEPTH) return this.fault(`must not be nested more than ${MAX_DEPTH} deep`, value);
    this.ancestors.add(value);
    try {
      return Array.isArray(value) ? this.list(value) : this.object(value);
    } finally {
      this.ancestors.delete(value);
    }
  }

  private list(values: readonly unknown[]): JsonValue[] {
    const copy: JsonValue[] = [];
    for (let index = 0; index < values.length && this.left >= 0; index++) {
      copy.push(this.below(index, () => this.copy(values[index], String(index))));
    }
    return copy;
  }

  private object(value: object): JsonObject {
    const entries: [string, JsonValue][] = [];
    for (const [key, entry] of Object.entries(value) as [string, unknown][]) {
      if (this.left < 0) break;
      if (entry === undefined) continue;
      this.below(key, () => entries.push([this.text(key), this.copy(entry, key)]));
    }
    // Not by assignment: a key `__proto__` must stay a key.
    return Object.fromEntries(entries);
  }

  private below<T>(segment: string | number, work: () => T): T {
    this.segments.push(segment);
    const answer = work();
    this.segments.pop();
    return answer;
  }

  private text(text: string): string {
    const lost = textLoss(text);
    return lost === undefined ? text : (this.fault(lost, text) ?? '');
  }

  private fault(message: string, value: unknown): string | null {
    return this.refuse(this.segments.reduce<string>(childPath, this.root), message, value);
  }
}

/** Why a number cannot be kept as it is; undefined when it can. */
const numberLoss = (value: number): string | undefined => (Number.isFinite(value) ? undefined : `must not be ${value}`);

/** The same of a text, or of a key. */
function textLoss(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain NUL characters';
  return text.isWellFormed() ? undefined : 'must not contain half a surrogate pair';
}

function serialisable(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  // JSON makes null of it.
  if (isDate(value) && Number.isNaN(Number(value))) return value;
  const { toJSON } = value;
  return typeof toJSON === 'function' ? (Reflect.apply(toJSON, value, [key]) as unknown) : value;
}

/** Classes of the language whose content JSON.stringify drops without a word. Told by tag, so those of another realm count. */
const OPAQUE: ReadonlySet<string> = new Set(
  [
    ...['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'Promise', 'ArrayBuffer', 'SharedArrayBuffer'],
    ...['RegExp', 'Error', 'Boolean', 'Number', 'String', 'Symbol', 'BigInt'],
  ].map((name) => `[object ${name}]`),
);

/** Why JSON would not keep what the object holds; undefined when it does. */
function lossOf(value: object): string | undefined {
  if (Array.isArray(value) || isPlain(value)) return undefined;
  if (isDate(value)) return 'must not be an invalid date';
  const isOpaque = ArrayBuffer.isView(value) || OPAQUE.has(Object.prototype.toString.call(value));
  // What an instance holds in private fields or behind accessors is nothing to JSON.
  return isOpaque || Object.keys(value).length === 0 ? `must be JSON data, not a ${classOf(value)}` : undefined;
}

const isDate = (value: object): boolean => Object.prototype.toString.call(value) === '[object Date]';

/** Made by a literal, in whatever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function classOf(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  const name = typeof constructor === 'function' && constructor !== Object ? constructor.name : '';
  return name || Object.prototype.toString.call(value).slice('[object '.length, -1);
}
