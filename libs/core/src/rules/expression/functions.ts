import { isInstant, isStorableTime } from '../filter/instant';
import { isList, isMap, kindOfValue, textCost, type ExpressionValue, type Spend } from './expression-value';
import { TimeSpan } from './time-span';
import { TIMESTAMP_PARTS, timestampPart, type TimestampPart } from './timestamp-parts';

/** A refusal by a function; whoever called it knows where. @internal */
export class Refusal extends Error {}

/** @internal */
export interface ExpressionFunction {
  /** It is written behind its first argument: `text.contains("x")`. Null: it may stand either way. */
  readonly method: boolean | null;
  /** Fewest and most arguments, the one in front included. */
  readonly args: readonly [least: number, most: number];
  run(args: readonly ExpressionValue[], spend: Spend): ExpressionValue;
}

const textMethod = (name: string, run: (text: string, other: string) => boolean): ExpressionFunction => ({
  ...{ method: true, args: [2, 2] },
  run([text, other], spend) {
    if (typeof text !== 'string' || typeof other !== 'string') throw refused(`${name}()`, 'texts', [text, other]);
    spend(textCost(text.length));
    return run(text, other);
  },
});

const conversion = (
  run: (value: ExpressionValue) => ExpressionValue | undefined,
  name: string,
): ExpressionFunction => ({
  ...{ method: false, args: [1, 1] },
  run([value = null]) {
    const made = run(value);
    if (made === undefined) throw new Refusal(`${name}() cannot make one of ${told(value)}`);
    return made;
  },
});

const timePart = (part: TimestampPart): ExpressionFunction => ({
  ...{ method: true, args: [1, 2] },
  run([value = null, zone]) {
    const whole = value instanceof TimeSpan && zone === undefined ? spanPart(part, value) : undefined;
    if (whole !== undefined) return whole;
    if (!(value instanceof Date)) throw refused(`${part}()`, 'a timestamp', [value]);
    const found = timestampPart(part, value, typeof zone === 'string' || zone === undefined ? zone : '');
    if (found === undefined) throw new Refusal(`there is no time zone ${told(zone ?? null)}`);
    return found;
  },
});

/**
 * Every function of the language but the macros. `matches` is left out on purpose: no regular expression that JavaScript
 * runs is certain to end in time.
 *
 * @internal
 */
export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map<string, ExpressionFunction>([
  ['size', { method: null, args: [1, 1], run: ([value = null], spend) => sizeOf(value, spend) }],
  ['contains', textMethod('contains', (text, other) => text.includes(other))],
  ['startsWith', textMethod('startsWith', (text, other) => text.startsWith(other))],
  ['endsWith', textMethod('endsWith', (text, other) => text.endsWith(other))],
  ['string', conversion(toText, 'string')],
  ['double', conversion(toNumber, 'double')],
  ['int', conversion(toWhole, 'int')],
  ['bool', conversion(toBool, 'bool')],
  ['dyn', conversion((value) => value, 'dyn')],
  ['timestamp', conversion(toTimestamp, 'timestamp')],
  ['duration', conversion(toSpan, 'duration')],
  ...TIMESTAMP_PARTS.map((part) => [part, timePart(part)] as const),
]);

function sizeOf(value: ExpressionValue, spend: Spend): number {
  if (typeof value === 'string') {
    spend(textCost(value.length));
    return [...value].length;
  }
  if (isList(value)) return value.length;
  if (!isMap(value)) throw refused('size()', 'a text, a list or a map', [value]);
  const { length } = Object.keys(value);
  spend(textCost(length));
  return length;
}

function toText(value: ExpressionValue): string | undefined {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (value instanceof TimeSpan) return value.toString();
  return typeof value === 'object' ? undefined : String(value);
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function toNumber(value: ExpressionValue): number | undefined {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function toWhole(value: ExpressionValue): number | undefined {
  if (value instanceof Date) return Math.trunc(value.getTime() / 1_000);
  if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) return undefined;
  const whole = Math.trunc(toNumber(value) ?? Number.NaN);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

function toBool(value: ExpressionValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function toTimestamp(value: ExpressionValue): Date | undefined {
  if (value instanceof Date) return value;
  const time = typeof value === 'number' ? value * 1_000 : isInstant(value) ? Date.parse(value) : Number.NaN;
  return isStorableTime(time) ? new Date(time) : undefined;
}

function toSpan(value: ExpressionValue): TimeSpan | undefined {
  if (value instanceof TimeSpan) return value;
  return typeof value === 'string' ? TimeSpan.parse(value) : undefined;
}

/** Of a duration these are the whole of it in that unit. */
function spanPart(part: TimestampPart, { ms }: TimeSpan): number | undefined {
  switch (part) {
    case 'getHours':
      return Math.trunc(ms / 3_600_000);
    case 'getMinutes':
      return Math.trunc(ms / 60_000);
    case 'getSeconds':
      return Math.trunc(ms / 1_000);
    case 'getMilliseconds':
      return Math.trunc(ms % 1_000);
    default:
      return undefined;
  }
}

const refused = (what: string, wanted: string, args: readonly (ExpressionValue | undefined)[]): Refusal =>
  new Refusal(`${what} takes ${wanted}, not ${args.map((arg) => kindOfValue(arg ?? null)).join(' and ')}`);

/** Short texts in quotes, anything else by its kind. */
const told = (value: ExpressionValue): string =>
  typeof value === 'string' && value.length <= 64 ? JSON.stringify(value) : kindOfValue(value);
