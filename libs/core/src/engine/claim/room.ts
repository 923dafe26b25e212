import { CLAIM_BATCH, PREFETCH_MS, SETTLE_BACKLOG } from '../engine-options';
import type { Hand } from './hand';

/** How many more steps a worker takes: what it runs at once, and a little beyond that it will start within moments. */
export class Room {
  private reserved = 0;
  private averageMs = PREFETCH_MS;

  constructor(
    private readonly concurrency: number,
    private readonly hand: Hand,
  ) {}

  reserve(places: number): void {
    this.reserved += places;
  }

  unreserve(places: number): void {
    this.reserved -= places;
  }

  /** A handler took this long. */
  measured(durationMs: number): void {
    this.averageMs += (durationMs - this.averageMs) * 0.05;
  }

  /** Steps in hand and not settled, at most, while nothing is slow. */
  reach(): number {
    const { concurrency, averageMs } = this;
    return concurrency + Math.min(CLAIM_BATCH, Math.floor((concurrency * PREFETCH_MS) / Math.max(averageMs, 0.02)));
  }

  /** Whether one that is in hand already may wait for its start here: claims under way have asked for places, but not for it. */
  hasPlace(busy: number): boolean {
    return busy < this.reach();
  }

  /** @param busy steps that run or wait for their start */
  left(busy: number): number {
    if (this.hand.size - busy >= SETTLE_BACKLOG) return 0;
    return this.reach() - busy - this.reserved;
  }

  /**
   * What is being settled counts, too, where something follows: its dependents will want the places, and would go through
   * the queue without them. What nothing follows does not: tasks of one step would wait for each other's commits.
   */
  leftForClaims(busy: number): number {
    return Math.min(this.left(busy), this.reach() - this.hand.staying - this.reserved);
  }
}
