/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 *
 * @param now epoch milliseconds
 * @returns milliseconds; at least a second for a date, which has no finer resolution; undefined when there is none or
 *   it makes no sense
 * @internal
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  // Date.parse takes many things for a date, "-5" for one; an HTTP date begins with the name of a day.
  const date = /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(1_000, date - now);
}
