import type { PlanCache } from '../../plans/plan-cache';
import type { Clock } from '../../ports/clock';
import type { ClaimedStep } from '../../ports/engine-store';
import { StoreUnavailableError } from '../../ports/settlement';
import type { TaskPlan } from '../../rules/template/task-plan';
import type { Lease } from '../keep/lease';
import type { RevocationWatch } from '../keep/revocation-watch';
import type { Reporter } from '../reporter';
import type { WorkerHost } from '../worker-host';
import { claimedPlans } from './claimed-plans';
import { withoutRepeats, type Hand, type StepInHand } from './hand';

/** Steps that could not be taken up are tried again this often. */
const AGAIN_MS = 1_000;

export interface IntakeDeps {
  readonly hand: Hand;
  readonly clock: Clock;
  readonly host: WorkerHost;
  readonly plans: PlanCache;
  readonly reporter: Reporter;
  readonly revocations: RevocationWatch;
}

/** Takes steps into hand that the store gave to this worker. */
export class Intake {
  constructor(
    private readonly deps: IntakeDeps,
    private readonly accept: (steps: readonly StepInHand[]) => Promise<void>,
  ) {}

  /**
   * Nothing is taken when the lease is over by now: then the steps are dead.
   *
   * @param lease under which the store was asked
   */
  async takeUp(answered: readonly ClaimedStep[], lease: Lease): Promise<void> {
    // Acts of operators may leave a second entry of a step in the queue; both name the same attempt.
    const claimed = answered.length < 2 ? answered : withoutRepeats(answered);
    let plans: ReadonlyMap<number, TaskPlan>;
    try {
      plans = await claimedPlans(this.deps.plans, claimed);
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      return this.takeUpOthers(claimed, lease, error);
    }
    if (!lease.isValid()) return lease.giveUp();
    for (const { taskId, position, attempt } of claimed) {
      const known = this.deps.hand.step(taskId, position);
      if (known && known.attempt !== attempt) this.deps.revocations.superseded(known);
    }
    // Only now, all at once: when a plan is out of reach, none is in hand, and the reconciler finds them all.
    const steps = claimed.map((claim) => this.deps.hand.take(claim, plans.get(claim.templateId) as TaskPlan));
    this.deps.reporter.started(steps.filter((_, index) => claimed[index]?.began));
    await this.accept(steps);
  }

  /** The plan of some cannot be had: the others start, and those are tried again for as long as they are this worker's. */
  private async takeUpOthers(claimed: readonly ClaimedStep[], lease: Lease, error: unknown): Promise<void> {
    if (claimed.length > 1) {
      for (const one of claimed) await this.takeUp([one], lease);
      return;
    }
    this.deps.host.failed(error);
    this.deps.clock.after(AGAIN_MS, () => {
      if (lease.isKept) this.takeUp(claimed, lease).catch((again: unknown) => this.deps.host.failed(again));
    });
  }
}
