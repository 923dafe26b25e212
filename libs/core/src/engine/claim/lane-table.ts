import type { HandlerRegistry } from '../../handler/handler-registry';
import type { ClaimedStep, Lane } from '../../ports/engine-store';

/** Entries just below the newest claims may still be uncommitted, so the watermark keeps this distance. */
const SLACK = 20_000n;
/** How long a watermark may hide an older entry. */
const RESET_MS = 1_000;

/**
 * The lanes this worker serves, each with a watermark: below it every queue entry is known to be gone. Without it a
 * claim rescans dead entries for as long as any transaction in the database is open (measured: −26…−36 %).
 */
export class LaneTable {
  private served = new Map<number, bigint>();
  private resetAt = 0;

  constructor(
    private readonly handlers: HandlerRegistry,
    private readonly queues: readonly string[] | null,
  ) {}

  /** @returns true when a lane came that was not served before */
  update(lanes: readonly Lane[]): boolean {
    let grown = false;
    for (const lane of lanes) {
      const wanted = this.handlers.has(lane.handler) && (this.queues === null || this.queues.includes(lane.queue));
      if (wanted && !this.served.has(lane.id)) {
        this.served.set(lane.id, 0n);
        grown = true;
      }
    }
    return grown;
  }

  serves(lane: number): boolean {
    return this.served.has(lane);
  }

  ids(): number[] {
    return [...this.served.keys()];
  }

  /** @returns `partial` true when some watermark hides entries, so that an empty answer proves nothing */
  claimRange(now: number): { lanes: number[]; fromSeq: string[]; partial: boolean } {
    if (now >= this.resetAt) {
      this.resetAt = now + RESET_MS;
      this.lookAtAll();
    }
    const marks = [...this.served.values()];
    return { lanes: this.ids(), fromSeq: marks.map(String), partial: marks.some((mark) => mark > 0n) };
  }

  lookAtAll(): void {
    for (const id of this.served.keys()) this.served.set(id, 0n);
  }

  noteClaimed(claimed: readonly ClaimedStep[]): void {
    const lowest = new Map<number, bigint>();
    for (const { queued } of claimed) {
      if (!queued) continue;
      const seq = BigInt(queued.seq);
      const known = lowest.get(queued.laneId);
      if (known === undefined || seq < known) lowest.set(queued.laneId, seq);
    }
    for (const [lane, seq] of lowest) this.served.set(lane, seq > SLACK ? seq - SLACK : 0n);
  }
}
