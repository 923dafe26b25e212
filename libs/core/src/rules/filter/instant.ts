const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-](\d{2}):\d{2})$/;

/** Farthest that PostgreSQL takes a zone from UTC, hours. */
const FARTHEST_ZONE = 15;
/** From the year 1 to 9999: what is further neither sorts as a text nor can be read back by everybody. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether a time can be stored, and sorts as its ISO text. @internal */
export const isStorableTime = (time: number): boolean => time >= FIRST && time <= LAST;

/**
 * True for an instant in ISO 8601 with its zone that PostgreSQL takes: a day that there is, a zone that can be, a year
 * that has four digits in UTC.
 *
 * @internal
 */
export function isInstant(value: unknown): value is string {
  const [, day, , , , zone] = (typeof value === 'string' && INSTANT.exec(value)) || [];
  if (day === undefined || Number(zone ?? 0) > FARTHEST_ZONE) return false;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return isDay && isStorableTime(Date.parse(value as string));
}
