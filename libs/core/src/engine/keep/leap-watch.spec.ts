import { LeapWatch } from './leap-watch';

const HOUR_MS = 3_600_000;

describe('watching the clock of leases', () => {
  it('sees no leap while both clocks go on, however long an answer takes or nobody asks', () => {
    const watch = new LeapWatch();
    expect(watch.read(1_000_000, 0, 10)).toBe(0);
    expect(watch.read(1_000_505, 500, 510)).toBe(0);
    // The answer took 20 s: their clock was read some time in between.
    expect(watch.read(1_001_000, 1_000, 21_000)).toBe(0);
    expect(watch.read(1_300_000, 300_000, 300_010)).toBe(0);
    expect([watch.sinceLeapMs(300_010), watch.steadyMs(300_010)]).toEqual([null, 300_000]);
  });

  it.each([HOUR_MS, -HOUR_MS, -4_000])('measures a leap of %d ms, to the accuracy of the readings', (leapMs) => {
    const watch = new LeapWatch();
    watch.read(1_000_000, 0, 10);
    const measured = watch.read(1_000_500 + leapMs, 500, 510);
    expect(Math.abs(measured - leapMs)).toBeLessThanOrEqual(20);
    // From here on it is the time.
    expect(watch.read(1_001_000 + leapMs, 1_000, 1_010)).toBe(0);
    expect([watch.sinceLeapMs(1_510), watch.steadyMs(1_510)]).toEqual([1_000, 1_000]);
  });
});
