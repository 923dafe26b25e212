import type { Clock } from '../../ports/clock';
import type { EngineStore } from '../../ports/engine-store';
import type { Intake } from '../claim/intake';
import type { LaneTable } from '../claim/lane-table';
import { isInHand, type Hand, type StepInHand } from '../claim/hand';
import { CLAIM_BATCH, DECISIONS, SETTLE_BACKLOG } from '../engine-options';
import type { Outcome } from '../../rules/settlement/outcome';
import type { Settler } from '../settle/settler';
import type { WorkerHost } from '../worker-host';
import { holdsWheneverAsked } from './decide-when';
import type { EngineSteps } from './engine-steps';

export interface DecisionDeskDeps {
  readonly store: EngineStore;
  readonly hand: Hand;
  readonly clock: Clock;
  readonly host: WorkerHost;
  readonly lanes: LaneTable;
  readonly settler: Settler;
  readonly engineSteps: EngineSteps;
  /** Whether the handler of this step, whose condition holds, runs in this worker now. */
  readonly runHere: (step: StepInHand) => boolean;
}

/**
 * What the engine decides itself, beside the handlers: it takes none of their places. Claims from the engine's own lanes,
 * decides, and gives a step whose condition holds to whoever runs its handler.
 */
export class DecisionDesk {
  private readonly waiting: StepInHand[] = [];
  private deciding = 0;
  private reserved = 0;
  private claiming = false;
  private wanted = false;
  private open = false;

  constructor(
    private readonly deps: DecisionDeskDeps,
    private readonly intake: Intake,
  ) {}

  /** The answer of a claim is awaited. */
  get isClaiming(): boolean {
    return this.claiming;
  }

  openUp(): void {
    this.open = true;
    this.wake();
  }

  /** Takes nothing new; what is being decided goes on. */
  close(): void {
    this.open = false;
  }

  /** Steps may be waiting in the engine's lanes. */
  wake(): void {
    this.wanted = true;
    this.claimIfWorth();
  }

  /** Whether there is room for one more; a yes reserves a place until `unreserve`. */
  offer(): boolean {
    if (!this.open || this.left() <= 0) return false;
    this.reserved++;
    return true;
  }

  /** Outcomes were settled: there may be room again. */
  unreserve(places: number): void {
    this.reserved -= places;
    this.claimIfWorth();
  }

  /** A join that is there only to be left out goes whatever room there is: nothing is decided of it any more. */
  take(step: StepInHand): void {
    if (!isInHand(step) || step.concluded) return;
    if (step.leftOut) this.deps.settler.add(step, { kind: 'not_taken', reason: 'no_branch_taken', detail: {} });
    else this.waiting.push(step);
    this.pump();
  }

  /** Everything in hand that is not being decided, taken back out. */
  takeUnstarted(): StepInHand[] {
    return this.waiting.splice(0);
  }

  private pump(): void {
    while (this.deciding < DECISIONS) {
      const step = this.waiting.shift();
      if (!step) break;
      if (isInHand(step) && !step.concluded) this.decide(step);
    }
    this.claimIfWorth();
  }

  private decide(step: StepInHand): void {
    const outcome = this.deps.engineSteps.run(step);
    if (outcome instanceof Promise) void this.awaited(step, outcome);
    else this.decided(step, outcome);
  }

  private async awaited(step: StepInHand, outcome: Promise<Outcome>): Promise<void> {
    this.deciding++;
    this.decided(step, await outcome);
    this.deciding--;
    this.pump();
  }

  private decided(step: StepInHand, outcome: Outcome): void {
    const isHandled = outcome.kind === 'granted' && holdsWheneverAsked(step) && this.deps.runHere(step);
    if (!isHandled) this.deps.settler.add(step, outcome);
  }

  private left(): number {
    if (this.deps.hand.size >= SETTLE_BACKLOG) return 0;
    return DECISIONS + CLAIM_BATCH - this.deciding - this.waiting.length - this.reserved;
  }

  private claimIfWorth(): void {
    if (this.claiming || !this.worthClaiming()) return;
    void this.claimWhileWorth();
  }

  private worthClaiming(): boolean {
    return this.wanted && this.open && this.left() > 0 && this.deps.lanes.ofEngine.ids().length > 0;
  }

  private async claimWhileWorth(): Promise<void> {
    this.claiming = true;
    try {
      while (this.worthClaiming()) await this.claimOnce();
    } catch (error) {
      this.wanted = true;
      this.deps.host.failed(error);
    } finally {
      this.claiming = false;
    }
  }

  private async claimOnce(): Promise<void> {
    this.wanted = false;
    const { store, clock, lanes, host } = this.deps;
    const { lease } = host;
    if (!lease.isValid()) return lease.giveUp();
    // Dependents of what is settled meanwhile want places, too.
    const limit = Math.ceil(this.left() / 2);
    const { partial, ...range } = lanes.ofEngine.claimRange(clock.monotonic());
    this.reserved += limit;
    try {
      const claimed = await store.claim({ workerId: lease.workerId, ...range, limit });
      lanes.ofEngine.noteClaimed(claimed);
      this.wanted ||= claimed.length >= limit || partial;
      if (partial && claimed.length < limit) lanes.ofEngine.lookAtAll();
      await this.intake.takeUp(claimed, lease);
    } finally {
      this.reserved -= limit;
    }
  }
}
