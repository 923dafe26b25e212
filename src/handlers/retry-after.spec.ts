import { retryAfterMs } from './retry-after';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('retryAfterMs', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thursday, 01-Jan-26 12:01:00 GMT', 60_000],
    ['Thu, 01 Jan 2026 12:00:00 GMT', 1_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 1_000],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['Someday, in May', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %p as %p milliseconds', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});
