import { parse as parseArray } from 'postgres-array';

/**
 * How values of the server are read on connections of our own. `pg` keeps its parsers in one table for the whole process,
 * which a host may change as it likes (`pg.types.setTypeParser`, `pg.defaults.parseInt8`): this one is ours alone.
 */

type Parser = (text: string) => unknown;

/** Year, month, day; hour, minute, second, fraction; zone; era. */
const TIMESTAMP = /^(\d{4,})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(\.\d+)?)?([+-]\d\d(?::\d\d){0,2})?( BC)?$/;

/** By oid: whole numbers that JavaScript can hold, but for bigint, which stays a text. */
const SCALARS = new Map<number, Parser>([
  [16, (text) => text === 't'],
  [17, (text) => Buffer.from(text.slice(2), 'hex')],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, (text) => JSON.parse(text) as unknown],
  [700, Number],
  [701, Number],
  [1082, readTime],
  [1114, readTime],
  [1184, readTime],
  [3802, (text) => JSON.parse(text) as unknown],
]);

/** Oid of the array by that of its element. */
const ARRAYS: readonly (readonly [array: number, element: number])[] = [
  ...([
    [1000, 16],
    [1001, 17],
    [1005, 21],
    [1007, 23],
    [1028, 26],
    [199, 114],
    [1021, 700],
    [1022, 701],
  ] as const),
  ...([
    [1182, 1082],
    [1115, 1114],
    [1185, 1184],
    [3807, 3802],
  ] as const),
  // Bigints, texts, names, numerics and uuids stay texts.
  ...([
    [1016, 20],
    [1009, 25],
    [1015, 1043],
    [1003, 19],
    [1231, 1700],
    [2951, 2950],
  ] as const),
];

const asText: Parser = (text) => text;
const PARSERS = new Map<number, Parser>([
  ...SCALARS,
  ...ARRAYS.map(([array, element]): [number, Parser] => {
    const parse = SCALARS.get(element) ?? asText;
    return [array, (text) => parseArray(text, parse)];
  }),
]);

/** @throws {RangeError} for a time that is not written as this connection has asked the server to write it */
function readTime(text: string): Date | number {
  if (text === 'infinity') return Infinity;
  if (text === '-infinity') return -Infinity;
  const parts = TIMESTAMP.exec(text);
  if (!parts) throw new RangeError(`the server wrote a time as "${text}", not in ISO style`);
  const [, year = '', month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone, era] = parts;
  const years = era === undefined ? Number(year) : 1 - Number(year);
  const clock = [Number(hour), Number(minute), Number(second), Math.floor(Number(fraction) * 1_000)] as const;
  const at = new Date(0);
  if (zone === undefined) {
    // A time without zone is one of this machine, as everywhere with `pg`.
    at.setFullYear(years, Number(month) - 1, Number(day));
    at.setHours(...clock);
    return at;
  }
  at.setUTCFullYear(years, Number(month) - 1, Number(day));
  at.setUTCHours(...clock);
  return new Date(at.getTime() - offsetMs(zone));
}

function offsetMs(zone: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1_000 : 1_000) * (hours * 3_600 + minutes * 60 + seconds);
}

/** The types of a client of our own. */
export const OWN_TYPES = {
  getTypeParser: (oid: number): Parser => PARSERS.get(oid) ?? asText,
};
