import type { Clock, Timer } from '../../ports/clock';
import type { EngineStore, PromotedSteps } from '../../ports/engine-store';

/** Most delayed steps moved by one statement. */
const PROMOTE_BATCH = 500;

export interface SchedulerDeps {
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly promoted: (steps: PromotedSteps) => void;
  /** Once per poll, so that work whose announcement got lost is noticed. */
  readonly polled: () => void;
  readonly failed: (error: unknown) => void;
}

/** Queues delayed steps when they are due: by a timer set for that moment, and by polling for other workers' steps. */
export class Scheduler {
  private timer: Timer | undefined;
  private dueAt = Infinity;
  private working = false;
  private running = false;

  constructor(private readonly deps: SchedulerDeps) {}

  start(): void {
    this.running = true;
    this.wakeIn(0);
  }

  stop(): void {
    this.running = false;
    this.timer?.cancel();
    this.dueAt = Infinity;
  }

  get isWorking(): boolean {
    return this.working;
  }

  wakeIn(delayMs: number): void {
    const at = this.deps.clock.monotonic() + delayMs;
    if (!this.running || at >= this.dueAt) return;
    this.timer?.cancel();
    this.dueAt = at;
    this.timer = this.deps.clock.after(delayMs, () => {
      this.dueAt = Infinity;
      void this.promote();
    });
  }

  private async promote(): Promise<void> {
    if (this.working || !this.running) return;
    this.working = true;
    let next = this.deps.pollMs;
    try {
      this.deps.polled();
      const steps = await this.deps.store.promoteDelayed(PROMOTE_BATCH);
      if (steps.promoted.length > 0) this.deps.promoted(steps);
      next = Math.min(next, steps.nextDueMs ?? next);
    } catch (error) {
      this.deps.failed(error);
    } finally {
      this.working = false;
      this.wakeIn(next);
    }
  }
}
