import { TimeSpan } from './time-span';

/** What an expression computes with: JSON, instants and spans of time. @public */
export type ExpressionValue =
  | null
  | boolean
  | number
  | string
  | Date
  | TimeSpan
  | readonly ExpressionValue[]
  | { readonly [key: string]: ExpressionValue };

/** Counts what an evaluation does, and ends one that does too much. @internal */
export type Spend = (steps: number) => void;

/** A map, as opposed to lists and to what is no JSON. @internal */
export const isMap = (value: ExpressionValue): value is { readonly [key: string]: ExpressionValue } =>
  typeof value === 'object' &&
  value !== null &&
  !isList(value) &&
  !(value instanceof Date) &&
  !(value instanceof TimeSpan);

/** @internal */
export const isList = (value: ExpressionValue): value is readonly ExpressionValue[] => Array.isArray(value);

/** What a value is, in the words of messages. @internal */
export function kindOfValue(value: ExpressionValue): string {
  if (value === null) return 'null';
  if (value instanceof Date) return 'a timestamp';
  if (value instanceof TimeSpan) return 'a duration';
  if (isList(value)) return 'a list';
  return { boolean: 'true or false', number: 'a number', string: 'a text', object: 'a map' }[typeof value as 'object'];
}

/** Whether two values are the same; values of different kinds never are, and that is no error. @internal */
export function isSame(one: ExpressionValue, other: ExpressionValue, spend: Spend): boolean {
  if (typeof one !== 'object' || one === null) return one === other;
  if (typeof other !== 'object' || other === null) return false;
  if (one instanceof Date || other instanceof Date) return timeOf(one) === timeOf(other);
  if (one instanceof TimeSpan || other instanceof TimeSpan) return spanOf(one) === spanOf(other);
  if (isList(one) !== isList(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  spend(keys.length);
  const [left, right] = [one, other] as Readonly<Record<string, ExpressionValue>>[];
  return keys.every((key) => Object.hasOwn(other, key) && isSame(left?.[key] ?? null, right?.[key] ?? null, spend));
}

/** Numbers no value has, so that an instant is never the same as something else. */
const timeOf = (value: object): number => (value instanceof Date ? value.getTime() : Number.NaN);
const spanOf = (value: object): number => (value instanceof TimeSpan ? value.ms : Number.NaN);

/**
 * Negative when the first comes before the second, 0 when they are equal.
 *
 * @returns undefined when values of these kinds have no order
 * @internal
 */
export function order(one: ExpressionValue, other: ExpressionValue, spend: Spend): number | undefined {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other);
  if (one instanceof Date && other instanceof Date) return one.getTime() - other.getTime();
  if (one instanceof TimeSpan && other instanceof TimeSpan) return one.ms - other.ms;
  if (typeof one === 'string' && typeof other === 'string') return byCodePoint(one, other, spend);
  return undefined;
}

/** UTF-16, the order of JavaScript, puts some characters elsewhere than other languages do. */
function byCodePoint(one: string, other: string, spend: Spend): number {
  const length = Math.min(one.length, other.length);
  let index = 0;
  while (index < length && one.charCodeAt(index) === other.charCodeAt(index)) index++;
  spend(textCost(index));
  // In the middle of a pair, the first halves were equal: the second ones are in order.
  return (one.codePointAt(index) ?? -1) - (other.codePointAt(index) ?? -1);
}

/** Steps for looking at a text of this many characters. @internal */
export const textCost = (characters: number): number => Math.ceil(characters / 64);
