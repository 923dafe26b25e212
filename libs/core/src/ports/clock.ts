/** A timer that can be taken back. @public */
export interface Timer {
  cancel(): void;
}

/** Time as the engine sees it, so that tests can move it by hand. Milliseconds throughout. @public */
export interface Clock {
  /** Wall clock, epoch milliseconds. */
  now(): number;
  /** Never goes back; for measuring leases and durations. */
  monotonic(): number;
  /** Runs once after the delay. Does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

/** The longest that a timer of Node can be set to; longer ones fire at once. */
const LONGEST_MS = 2_147_483_647;

/** The real clock. @public */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    let handle: NodeJS.Timeout;
    const set = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, LONGEST_MS);
      handle = setTimeout(() => (leftMs > stepMs ? set(leftMs - stepMs) : run()), stepMs);
      handle.unref();
    };
    set(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
