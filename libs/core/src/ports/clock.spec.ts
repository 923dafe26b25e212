import { systemClock } from './clock';

const DAY_MS = 86_400_000;

describe('the real clock', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([1, 30 * DAY_MS, 400 * DAY_MS])('runs once, after %d ms', (delayMs) => {
    const run = jest.fn();
    systemClock.after(delayMs, run);
    jest.advanceTimersByTime(delayMs - 1);
    expect(run).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('takes a timer back, also a long one on its way', () => {
    const run = jest.fn();
    const timer = systemClock.after(60 * DAY_MS, run);
    jest.advanceTimersByTime(50 * DAY_MS);
    timer.cancel();
    jest.advanceTimersByTime(50 * DAY_MS);
    expect(run).not.toHaveBeenCalled();
  });
});
