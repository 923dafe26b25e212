import { setTimeout as wait } from 'node:timers/promises';

/** How many times longer everything takes with `--slow`, so that there is time to kill the process in the middle. */
const SLOW_FACTOR = 7;

/** The time that the systems around the shop take to answer; they are simulated, so their latency is as well. */
export class Pace {
  private readonly factor: number;

  constructor(slow: boolean) {
    this.factor = slow ? SLOW_FACTOR : 1;
  }

  /** Rejects when the signal fires: on timeout and on shutdown a handler must not go on. */
  async take(ms: number, signal: AbortSignal): Promise<void> {
    await wait(ms * this.factor, undefined, { signal });
  }
}
