import type { Clock, Timer } from '../../ports/clock';
import type { EngineStore, HeartbeatAnswer } from '../../ports/engine-store';
import { LEASE_MARGIN } from '../engine-options';

export interface LeaseDeps {
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly workerId: () => number;
  readonly report: () => { running: number; draining: boolean; lanes: readonly number[]; minTaskId: string | null };
  readonly renewed: (answer: HeartbeatAnswer) => void;
  /** The lease is over, or nearly: everything in hand belongs to others now. */
  readonly lost: () => void;
  readonly failed: (error: unknown) => void;
}

/** Keeps the worker's lease. Measured from before the request left, on a clock that never goes back. */
export class Lease {
  private validUntil = 0;
  private timer: Timer | undefined;
  private running = false;

  constructor(private readonly deps: LeaseDeps) {}

  /** @param grantedAt monotonic time just before the worker was registered */
  begin(grantedAt: number): void {
    this.running = true;
    this.validUntil = grantedAt + this.deps.leaseMs;
    this.next();
  }

  end(): void {
    this.running = false;
    this.timer?.cancel();
  }

  /** False once too little of the lease is left for a statement to arrive within it. */
  holds(): boolean {
    return this.deps.clock.monotonic() < this.validUntil - this.deps.leaseMs * LEASE_MARGIN;
  }

  private next(): void {
    this.timer?.cancel();
    if (!this.running) return;
    this.timer = this.deps.clock.after(this.deps.leaseMs / 3, () => void this.renew());
  }

  /** Renews now; also called when the connection is back. */
  async renew(): Promise<void> {
    if (!this.running) return;
    if (!this.holds()) return this.giveUp();
    const sentAt = this.deps.clock.monotonic();
    const guard = this.deps.clock.after(this.validUntil - this.deps.leaseMs * LEASE_MARGIN - sentAt, () =>
      this.giveUp(),
    );
    try {
      const { leaseMs } = this.deps;
      const answer = await this.deps.store.heartbeat({
        workerId: this.deps.workerId(),
        leaseMs,
        ...this.deps.report(),
      });
      if (!this.running) return;
      if (!answer.alive) return this.giveUp();
      this.validUntil = sentAt + leaseMs;
      this.deps.renewed(answer);
    } catch (error) {
      this.deps.failed(error);
    } finally {
      guard.cancel();
      if (this.running) this.next();
    }
  }

  private giveUp(): void {
    if (!this.running) return;
    this.end();
    this.deps.lost();
  }
}
