import type { EventBus } from '../events/event-bus';
import type { Clock, Timer } from '../ports/clock';
import type { ClaimedStep, EngineStore } from '../ports/engine-store';
import { StaleOutcomesError, WorkerLostError } from '../ports/settlement';
import type { Outcome } from '../rules/settlement/outcome';
import type { TaskPlan } from '../rules/template/task-plan';
import type { EngineLog } from './engine-log';
import { SETTLE_BATCH } from './engine-options';
import { Hand } from './hand';
import { entryOf, SettlementBuilder, type SettlementEntry } from './settlement-builder';
import type { SettlementReporter } from './settlement-reporter';

export interface RescuerDeps {
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: EngineLog;
  readonly reporter: SettlementReporter;
  readonly random: () => number;
  readonly plan: (templateId: number) => TaskPlan | Promise<TaskPlan>;
  /** Steps came back to the queue. */
  readonly requeued: (count: number, longestDelayMs: number) => void;
  readonly failed: (error: unknown) => void;
}

/** Recovery is promised within lease + 1 s: half of that second is for noticing, the rest for taking the steps over. */
const LOOK_EVERY_MS = 500;
const MAINTAIN_EVERY_MS = 3_600_000;

/**
 * Finds workers whose lease ended and settles what they held as `worker_lost`, by the same rules and the same statement
 * as any other outcome. Every worker looks; a lock lets one act.
 */
export class Rescuer {
  private timer: Timer | undefined;
  private working = false;
  private running = false;
  private maintainedAt = -Infinity;

  constructor(private readonly deps: RescuerDeps) {}

  get isWorking(): boolean {
    return this.working;
  }

  start(): void {
    this.running = true;
    this.next(0);
  }

  stop(): void {
    this.running = false;
    this.timer?.cancel();
  }

  private next(delayMs: number): void {
    if (this.running) this.timer = this.deps.clock.after(delayMs, () => void this.look());
  }

  private async look(): Promise<void> {
    this.working = true;
    try {
      const lost = await this.deps.store.declareLost();
      if (lost.length > 0) {
        await this.deps.store.exclusively('rescue', async () => {
          for (const workerId of lost) await this.rescue(workerId);
        });
      }
      await this.maintain();
    } catch (error) {
      this.deps.failed(error);
    } finally {
      this.working = false;
      this.next(LOOK_EVERY_MS);
    }
  }

  private async maintain(): Promise<void> {
    const now = this.deps.clock.monotonic();
    if (now - this.maintainedAt < MAINTAIN_EVERY_MS) return;
    this.maintainedAt = now;
    await this.deps.store.exclusively('maintenance', () => this.deps.store.maintain());
  }

  private async rescue(workerId: number): Promise<void> {
    let rescued = 0;
    for (;;) {
      const held = await this.deps.store.heldSteps(workerId, SETTLE_BATCH);
      if (held.length === 0) break;
      rescued += await this.settleLost(workerId, held);
    }
    await this.deps.store.retireWorker(workerId);
    this.deps.log.warn(`Worker ${workerId} stopped renewing its lease; ${rescued} steps were taken from it.`, {
      workerId,
      rescued,
    });
    this.deps.events.publish('worker.lost', { workerId, steps: rescued, at: this.deps.clock.now() });
  }

  private async settleLost(workerId: number, held: readonly ClaimedStep[]): Promise<number> {
    const hand = new Hand();
    const builder = new SettlementBuilder(() => false);
    const entries: SettlementEntry[] = [];
    for (const claimed of held) {
      const step = hand.take(claimed, await this.deps.plan(claimed.templateId));
      const entry = entryOf(step, lostOutcome(workerId), this.deps.random);
      entries.push(entry);
      builder.add(entry);
    }
    const batch = builder.build(workerId, true);
    try {
      const receipt = await this.deps.store.settle(batch);
      this.deps.reporter.report(entries, batch.next, receipt);
      this.deps.requeued(receipt.queued, Math.max(0, ...batch.reruns.map((r) => r.delayMs)));
      return held.length;
    } catch (error) {
      // Its own last settlement, or another rescuer, came in between; the next look lists what is left.
      if (error instanceof StaleOutcomesError || error instanceof WorkerLostError) return 0;
      throw error;
    }
  }
}

const lostOutcome = (workerId: number): Outcome => ({
  kind: 'failed',
  failure: { kind: 'worker_lost', name: 'WorkerLost', message: `Worker ${workerId} died or lost its lease.` },
  retryAfterMs: undefined,
});
