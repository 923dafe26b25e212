import type { Clock, Timer } from '../../ports/clock';
import type { EngineStore, Heartbeat, HeartbeatAnswer } from '../../ports/engine-store';
import { LEASE_MARGIN } from '../engine-options';

/** Whose lease it is. */
export interface LeaseHolder {
  /** How it is, for the database. */
  report(): Omit<Heartbeat, 'workerId' | 'leaseMs'>;
  renewed(answer: HeartbeatAnswer): void;
  /** A renewal failed; the next one comes in time, as long as there is any. */
  failed(error: unknown): void;
  /** The lease is over: everything in hand belongs to others now. */
  lost(): void;
}

export interface LeaseDeps {
  readonly store: Pick<EngineStore, 'heartbeat'>;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly holder: LeaseHolder;
}

/**
 * The lease of one registration of the worker, and its keeper. Over once and for all when it ends: whoever awaits an
 * answer keeps the lease under which it asked and looks at that one again, so that an answer for an earlier life of the
 * worker never counts for a later one.
 *
 * Measured from before the request left, on a clock that never goes back. Timers of its own instead of a `Loop`: a renewal
 * that hangs must not keep the next from going out, and the end of the lease waits for none.
 */
export class Lease {
  private validUntil: number;
  private timer: Timer | undefined;
  private running = false;

  /** @param grantedAt monotonic time just before the worker was registered */
  constructor(
    private readonly deps: LeaseDeps,
    readonly workerId: number,
    grantedAt: number,
  ) {
    this.validUntil = grantedAt + deps.leaseMs;
  }

  /** Renews it from now on. */
  begin(): void {
    this.running = true;
    this.next();
  }

  /** It is renewed: neither over nor given back. */
  get isKept(): boolean {
    return this.running;
  }

  /** Renews it no more; it lasts until its time is over. */
  end(): void {
    this.running = false;
    this.timer?.cancel();
  }

  /**
   * False once too little of it is left for a statement to arrive within it. Without it no step is started or taken up.
   *
   * @param now monotonic time, where the caller has just read it
   */
  isValid(now = this.deps.clock.monotonic()): boolean {
    return now < this.validUntil - this.deps.leaseMs * LEASE_MARGIN;
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
      const answer = await store.heartbeat({ workerId: this.workerId, leaseMs, ...holder.report() });
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

  /** It is over, or nearly, or the database has said so; nothing when that is known. */
  giveUp(): void {
    if (!this.running) return;
    this.end();
    this.validUntil = -Infinity;
    this.deps.holder.lost();
  }
}
