/** Less is the clocks' own inaccuracy, and well within the margin of a lease. */
const LEAST_LEAP_MS = 500;

/**
 * Notices when the clock that leases go by leaps: between two readings as much time must have passed on it as on ours.
 * All times in milliseconds; ours are monotonic.
 */
export class LeapWatch {
  /** Bounds of their clock minus ours, by the last reading. */
  private offset: { readonly low: number; readonly high: number } | undefined;
  private firstReadAt: number | undefined;
  private leaptAt: number | undefined;

  /**
   * @param at what their clock read, at some moment between `sentAt` and `receivedAt`
   * @returns how far it has leapt since the last reading, at least; 0: not that it could be told
   */
  read(at: number, sentAt: number, receivedAt: number): number {
    const last = this.offset;
    this.offset = { low: at - receivedAt, high: at - sentAt };
    this.firstReadAt ??= receivedAt;
    if (!last) return 0;
    const leapMs = Math.max(0, this.offset.low - last.high) + Math.min(0, this.offset.high - last.low);
    if (Math.abs(leapMs) < LEAST_LEAP_MS) return 0;
    this.leaptAt = receivedAt;
    return leapMs;
  }

  /** Time since the last leap; null when none was seen. */
  sinceLeapMs(now: number): number | null {
    return this.leaptAt === undefined ? null : now - this.leaptAt;
  }

  /** Time for which the clock is known not to have leapt. */
  steadyMs(now: number): number {
    return now - (this.leaptAt ?? this.firstReadAt ?? now);
  }
}
