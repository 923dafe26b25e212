import { age, clock, duration } from './times';

describe('times', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [90_000_000, '1d 1h'],
    [2_592_000_000, '30d'],
  ])('spell %i ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('tell an age, none for what never was, and never a negative one', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    expect(age('2026-01-31T11:58:00Z', now)).toBe('2m');
    expect(age('2026-01-31T12:00:05Z', now)).toBe('0ms');
    expect(age(null, now)).toBeNull();
  });

  it('are read to the second', () => {
    expect(clock('2026-01-31T12:00:00.123Z')).toBe('2026-01-31 12:00:00');
  });
});
