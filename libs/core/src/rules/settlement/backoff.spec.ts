import { backoffMs } from './backoff';

const middle = () => 0.5;

describe('the delay before the next attempt', () => {
  it('follows the documented curve by default: 1, 2, 4 … seconds, at most 300', () => {
    const delays = Array.from({ length: 12 }, (_, index) => backoffMs({}, index + 1, undefined, middle) / 1_000);
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  it('stays at the cap however many attempts there were', () => {
    expect(backoffMs({}, 5_000, undefined, middle)).toBe(300_000);
  });

  it.each([
    [0, 900],
    [0.25, 950],
    [0.999_999, 1_100],
  ])('is spread by 10 %% both ways by default (random %d)', (random, expected) => {
    expect(backoffMs({}, 1, undefined, () => random)).toBe(expected);
  });

  it('is never above the cap, spread included', () => {
    expect(backoffMs({ maxMs: 1_000, jitter: 0.5 }, 1, undefined, () => 0.99)).toBe(1_000);
  });

  it('is not spread with jitter 0', () => {
    expect(backoffMs({ jitter: 0, initialMs: 7, factor: 3 }, 3, undefined, () => 0.99)).toBe(63);
  });

  it('follows the list when there is one, whose last entry repeats', () => {
    const backoff = { delaysMs: [10, 500, 20], maxMs: 100, jitter: 0 };
    expect([1, 2, 3, 4, 9].map((attempt) => backoffMs(backoff, attempt, undefined, middle))).toEqual([
      10, 100, 20, 20, 20,
    ]);
  });

  it('follows the curve when the list is empty', () => {
    expect(backoffMs({ delaysMs: [], jitter: 0 }, 2, undefined, middle)).toBe(2_000);
  });

  it.each([
    [1_234.4, 1_234],
    [-5, 0],
    [0, 0],
    [Infinity, 300_000],
  ])('is what the server asked for, capped and not spread (%d)', (asked, expected) => {
    expect(backoffMs({ delaysMs: [1] }, 1, asked, () => 0)).toBe(expected);
  });
});
