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

/** The real clock. @public */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, Math.min(delayMs, 2_147_483_647));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
