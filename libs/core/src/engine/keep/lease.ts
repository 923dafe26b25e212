import type { Clock, Timer } from '../../ports/clock';
import type { EngineStore, Heartbeat, HeartbeatAnswer } from '../../ports/engine-store';
import { WorkerLostError } from '../../ports/settlement';
import { LEASE_MARGIN } from '../engine-options';
import type { WorkerHost } from '../worker-host';

/** Whose lease it is. */
export interface LeaseHolder extends WorkerHost {
  /** How it is, for the database. */
  report(): Omit<Heartbeat, 'workerId' | 'leaseMs'>;
  renewed(answer: HeartbeatAnswer): void;
}

export interface LeaseDeps {
  readonly store: Pick<EngineStore, 'heartbeat'>;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly holder: LeaseHolder;
}

/**
 * Keeps the worker's lease. Measured from before the request left, on a clock that never goes back. Timers of its own
 * instead of a `Loop`: a renewal that hangs must not keep the next from going out, and the end of the lease waits for none.
 */
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
  isValid(): boolean {
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
    if (!this.isValid()) return this.giveUp();
    const sentAt = this.deps.clock.monotonic();
    const guard = this.deps.clock.after(this.validUntil - this.deps.leaseMs * LEASE_MARGIN - sentAt, () =>
      this.giveUp(),
    );
    try {
      const { leaseMs, holder, store } = this.deps;
      const answer = await store.heartbeat({ workerId: holder.workerId, leaseMs, ...holder.report() });
      if (!this.running) return;
      if (!answer.alive) return this.giveUp();
      this.validUntil = sentAt + leaseMs;
      holder.renewed(answer);
    } catch (error) {
      this.deps.holder.failed(error);
    } finally {
      guard.cancel();
      if (this.running) this.next();
    }
  }

  /** The lease is over, or nearly: everything in hand belongs to others now. */
  private giveUp(): void {
    if (!this.running) return;
    this.end();
    this.deps.holder.failed(new WorkerLostError(this.deps.holder.workerId));
  }
}
