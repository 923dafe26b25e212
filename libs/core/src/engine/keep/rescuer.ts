import type { EventBus } from '../../events/event-bus';
import type { Clock } from '../../ports/clock';
import type { ClaimedStep, EngineStore } from '../../ports/engine-store';
import { StaleOutcomesError, StoreUnavailableError, WorkerLostError } from '../../ports/settlement';
import { isLeftOut } from '../../rules/settlement/left-out';
import { planBatch } from '../../rules/settlement/plan-batch';
import { decideSettlement } from '../../rules/settlement/decide-settlement';
import type { Outcome } from '../../rules/settlement/outcome';
import type { EngineLog } from '../engine-log';
import { SETTLE_BATCH } from '../engine-options';
import { Loop } from '../loop/loop';
import type { PlanCache } from '../../plans/plan-cache';
import type { Reporter } from '../reporter';
import type { SettlementEntry } from '../settle/settlement-entry';
import type { WorkerHost } from '../worker-host';
import type { DelayedSteps } from './delayed-steps';
import { LeapWatch } from './leap-watch';
import { stepAt } from '../../rules/template/plan-graph';
import type { StepPlan, TaskPlan } from '../../rules/template/task-plan';

export interface RescuerDeps {
  readonly store: EngineStore;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly log: EngineLog;
  readonly reporter: Reporter;
  readonly random: () => number;
  readonly plans: PlanCache;
  readonly delayed: DelayedSteps;
  readonly host: WorkerHost;
  /** The highest engine level it understands: workers of a higher one are others' to rescue. */
  readonly level: number;
}

/** Recovery is promised within lease + 1 s: half of that second is for noticing, the rest for taking the steps over. */
const LOOK_EVERY_MS = 500;
const MAINTAIN_EVERY_MS = 3_600_000;

/**
 * Finds workers whose lease ended and settles what was in their hands as `worker_lost`, by the same rules and the same
 * statement as any other outcome. Every worker looks; a lock lets one act.
 */
export class Rescuer {
  private readonly loop: Loop;
  private readonly leaps = new LeapWatch();
  private maintainedAt = -Infinity;

  constructor(private readonly deps: RescuerDeps) {
    const { clock, host } = deps;
    const [turn, failed] = [() => this.look(), (error: unknown) => host.failed(error)];
    this.loop = new Loop(clock, { everyMs: LOOK_EVERY_MS, turn, failed });
  }

  start(): void {
    this.loop.start(0);
  }

  stop(): void {
    this.loop.stop();
  }

  private async look(): Promise<void> {
    const lost = await this.lostWorkers();
    if (lost.length > 0) {
      await this.deps.store.exclusively('rescue', async (goesOn) => {
        for (const workerId of lost) await this.rescue(workerId, goesOn);
      });
    }
    await this.maintain();
  }

  /** Who is dead. A clock that leapt says nothing about that, until every live worker has had the time to renew by it. */
  private async lostWorkers(): Promise<readonly number[]> {
    const { store, clock, host, level } = this.deps;
    const sentAt = clock.monotonic();
    const { at, lost, doubtful, claimsHeld, sure } = await store.lostWorkers(host.workerId, level);
    const now = clock.monotonic();
    const leapMs = Math.round(this.leaps.read(at, sentAt, now));
    if (leapMs !== 0) await this.leapt(at, leapMs);
    // Behind a pooler the connections may have outlived the server.
    if (claimsHeld && !sure) host.failed(new StoreUnavailableError(new Error('the server crashed')));
    else if (claimsHeld) await store.resumeClaims(null);
    if (!doubtful) return lost;
    const [sinceLeapMs, steadyMs] = [this.leaps.sinceLeapMs(now), this.leaps.steadyMs(now)];
    return store.declareLost({ at, sinceLeapMs, steadyMs, level });
  }

  private leapt(at: number, leapMs: number): Promise<void> {
    const message = `The clock of the database leapt by ${leapMs} ms; no lease is judged before it had time to be renewed.`;
    this.deps.log.warn(message, { leapMs });
    return this.deps.store.noteLeap(at, leapMs);
  }

  private async maintain(): Promise<void> {
    const now = this.deps.clock.monotonic();
    if (now - this.maintainedAt < MAINTAIN_EVERY_MS) return;
    this.maintainedAt = now;
    await this.deps.store.exclusively('maintenance', () => this.deps.store.maintain());
  }

  private async rescue(workerId: number, goesOn: () => Promise<void>): Promise<void> {
    let rescued = 0;
    for (;;) {
      await goesOn();
      const left = await this.lostEntries(workerId, await this.deps.store.stepsInHand(workerId, SETTLE_BATCH));
      if (left.length === 0) break;
      for (const level of new Set(left.map(({ plan }) => plan.level))) {
        rescued += await this.settleLost(left.filter(({ plan }) => plan.level === level));
      }
    }
    if (!(await this.deps.store.rescuedWorker(workerId))) return;
    this.deps.log.warn(`Worker ${workerId} stopped renewing its lease; ${rescued} steps were taken from it.`, {
      workerId,
      rescued,
    });
    this.deps.events.publish('worker.lost', { workerId, steps: rescued, at: this.deps.clock.now() });
  }

  /** Without those that nobody can settle, because their plan is out of reach: the others must not wait for them. */
  private async lostEntries(workerId: number, left: readonly ClaimedStep[]): Promise<SettlementEntry[]> {
    const entries: SettlementEntry[] = [];
    for (const claimed of left) {
      try {
        entries.push(await this.lostEntry(workerId, claimed));
      } catch (error) {
        if (error instanceof StoreUnavailableError) throw error;
        this.deps.host.failed(error);
      }
    }
    return entries;
  }

  private async settleLost(entries: readonly SettlementEntry[]): Promise<number> {
    const { store, reporter, host, delayed } = this.deps;
    const batch = planBatch(entries, () => null, true);
    try {
      const receipt = await store.settle(batch);
      reporter.report(entries, batch, batch.next, receipt);
      host.queued(receipt.queued, 0);
      const delayMs = Math.max(0, ...batch.reruns.map((rerun) => rerun.delayMs));
      if (delayMs > 0) delayed.wakeIn(delayMs);
      return entries.length;
    } catch (error) {
      // Its own last settlement, or another rescuer, came in between; the next look lists what is left.
      if (error instanceof StaleOutcomesError || error instanceof WorkerLostError) return 0;
      throw error;
    }
  }

  private async lostEntry(worker: number, claimed: ClaimedStep): Promise<SettlementEntry> {
    const { taskId, position, attempt, granted, priority, correlationId, startedAt, requestedAt } = claimed;
    const plan = await this.deps.plans.plan(claimed.templateId);
    const step = stepAt(plan, position);
    if (!step) throw new RangeError(`template ${plan.templateId} has no step at ${position}`);
    const outcome = lostOutcome(worker, plan, step, claimed);
    const decided = decideSettlement(step.definition, attempt, outcome, this.deps.random, granted);
    const { admitted = false, generation } = claimed;
    const story = { outcome, admitted, generation, correlationId, startedAt, requestedAt };
    return { taskId, plan, priority, position, attempt, worker, decided, ...story };
  }
}

/** A join that was only to be left out is left out; of everything else an attempt is lost. */
function lostOutcome(workerId: number, { level }: TaskPlan, step: StepPlan, { ran = 0 }: ClaimedStep): Outcome {
  if (level > 1 && step.branched && isLeftOut(step, ran)) {
    return { kind: 'not_taken', reason: 'no_branch_taken', detail: {} };
  }
  const message = `Worker ${workerId} died or lost its lease.`;
  return { kind: 'failed', failure: { kind: 'worker_lost', name: 'WorkerLost', message }, retryAfterMs: undefined };
}
