import type { ClaimedStep } from '../../ports/engine-store';

/** Entries just below the newest claims may still be uncommitted, so the watermark keeps this distance. */
const SLACK = 20_000n;
/** How long a watermark may hide an older entry. */
const RESET_MS = 1_000;

/**
 * Lanes, each with a watermark: below it every queue entry is known to be gone. Without it a claim rescans dead entries
 * for as long as any transaction in the database is open (measured: −26…−36 %).
 */
export class Watermarks {
  private readonly marks = new Map<number, bigint>();
  private resetAt = 0;

  add(lane: number): void {
    this.marks.set(lane, 0n);
  }

  has(lane: number): boolean {
    return this.marks.has(lane);
  }

  ids(): number[] {
    return [...this.marks.keys()];
  }

  /** @returns `partial` true when some watermark hides entries, so that an empty answer proves nothing */
  claimRange(now: number): { lanes: number[]; fromSeq: string[]; partial: boolean } {
    if (now >= this.resetAt) {
      this.resetAt = now + RESET_MS;
      this.lookAtAll();
    }
    const marks = [...this.marks.values()];
    return { lanes: this.ids(), fromSeq: marks.map(String), partial: marks.some((mark) => mark > 0n) };
  }

  lookAtAll(): void {
    for (const id of this.marks.keys()) this.marks.set(id, 0n);
  }

  noteClaimed(claimed: readonly ClaimedStep[]): void {
    const lowest = new Map<number, bigint>();
    for (const { queued } of claimed) {
      if (!queued) continue;
      const seq = BigInt(queued.seq);
      const known = lowest.get(queued.laneId);
      if (known === undefined || seq < known) lowest.set(queued.laneId, seq);
    }
    for (const [lane, seq] of lowest) this.marks.set(lane, seq > SLACK ? seq - SLACK : 0n);
  }
}
