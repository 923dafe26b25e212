/** Levels of nesting. PostgreSQL refuses jsonb far deeper than this with "stack depth limit exceeded". @internal */
export const MAX_DEPTH = 500;

/** Why a number cannot be kept as it is; undefined when it can. @internal */
export const numberLoss = (value: number): string | undefined =>
  Number.isFinite(value) ? undefined : `must not be ${value}`;

/** The same of a text, or of a key. @internal */
export function textLoss(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain NUL characters';
  return text.isWellFormed() ? undefined : 'must not contain half a surrogate pair';
}

/** What JSON.stringify looks at in the place of a value. @internal */
export function serialisable(value: unknown, key: string): unknown {
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

/** Why JSON would not keep what an object holds; undefined when it does. @internal */
export function objectLoss(value: object): string | undefined {
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
