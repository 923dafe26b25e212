/** Parts of a timestamp, as CEL counts them: months, weekdays, days of the year and of the month from 0. */
const PARTS = {
  getFullYear: (local: Date) => local.getUTCFullYear(),
  getMonth: (local: Date) => local.getUTCMonth(),
  getDayOfYear: (local: Date) => Math.floor((local.getTime() - startOfYear(local)) / 86_400_000),
  getDayOfMonth: (local: Date) => local.getUTCDate() - 1,
  getDate: (local: Date) => local.getUTCDate(),
  getDayOfWeek: (local: Date) => local.getUTCDay(),
  getHours: (local: Date) => local.getUTCHours(),
  getMinutes: (local: Date) => local.getUTCMinutes(),
  getSeconds: (local: Date) => local.getUTCSeconds(),
  getMilliseconds: (local: Date) => local.getUTCMilliseconds(),
} as const;

/** @internal */
export type TimestampPart = keyof typeof PARTS;

/** @internal */
export const TIMESTAMP_PARTS = Object.keys(PARTS) as TimestampPart[];

/**
 * A part of a timestamp in a time zone.
 *
 * @param zone such as `Europe/Berlin` or `+02:00`
 * @returns undefined when there is no such zone
 * @internal
 */
export function timestampPart(part: TimestampPart, time: Date, zone = 'UTC'): number | undefined {
  const offset = offsetMs(time, zone);
  return offset === undefined ? undefined : PARTS[part](new Date(time.getTime() + offset));
}

const FIXED = /^([+-]?)(\d{2}):(\d{2})$/;

function offsetMs(time: Date, zone: string): number | undefined {
  if (zone === 'UTC') return 0;
  const [, sign, hours, minutes] = FIXED.exec(zone) ?? [];
  if (hours !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    const name = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    return name === 'GMT' ? 0 : offsetMs(time, name.slice('GMT'.length));
  } catch {
    return undefined;
  }
}

/** Not Date.UTC, which takes the years 0 to 99 for those of the twentieth century. */
function startOfYear(local: Date): number {
  const first = new Date(0);
  first.setUTCFullYear(local.getUTCFullYear(), 0, 1);
  return first.getTime();
}
