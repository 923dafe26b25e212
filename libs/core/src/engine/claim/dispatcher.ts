import type { EngineStore } from '../../ports/engine-store';
import type { StepPlan } from '../../rules/template/task-plan';
import { CLAIM_BATCH, MAX_STREAK } from '../engine-options';
import type { StepRunner } from '../run/step-runner';
import type { Continuations, Place } from '../settle/continuations';
import type { Settler } from '../settle/settler';
import { DecisionDesk } from '../decide/decision-desk';
import type { EngineSteps } from '../decide/engine-steps';
import { isDecidedFirst, isInHand, type StepInHand, type TaskInHand } from './hand';
import { Intake, type IntakeDeps } from './intake';
import type { LaneTable } from './lane-table';
import { lacksResults, ParentResults } from './parent-results';
import { Room } from './room';

export interface DispatcherDeps extends IntakeDeps {
  readonly store: EngineStore;
  readonly lanes: LaneTable;
  readonly concurrency: number;
  readonly runner: StepRunner;
  readonly settler: Settler;
  readonly engineSteps: EngineSteps;
}

/** Keeps the worker supplied: claims when there is room, starts what is in hand, decides which dependents it wants. */
export class Dispatcher implements Continuations {
  private readonly waiting: StepInHand[] = [];
  private running = 0;
  /** Places reserved for first steps that creations claim for this worker. */
  private rootsAwaited = 0;
  private claiming = false;
  private wanted = false;
  private open = false;
  /** Highest priority known to wait in the queue; null: nothing does. */
  private contended: number | null = null;
  private readonly room: Room;
  private readonly parents: ParentResults;
  /** What the engine decides itself. */
  private readonly desk: DecisionDesk;
  /** For those whose answers bring steps, too: the reconciler and the creator. */
  readonly intake: Intake;

  constructor(private readonly deps: DispatcherDeps) {
    this.room = new Room(deps.concurrency, deps.hand);
    this.parents = new ParentResults(deps.store, deps.host);
    this.intake = new Intake(deps, (steps) => this.accept(steps));
    this.desk = new DecisionDesk({ ...deps, runHere: (step) => this.runHere(step) }, this.intake);
  }

  get active(): number {
    return this.running;
  }

  /** An answer is awaited that may bring steps: that of a claim, or of a creation that claims for this worker. */
  get isClaiming(): boolean {
    return this.claiming || this.rootsAwaited > 0 || this.desk.isClaiming;
  }

  openUp(): void {
    this.open = true;
    this.desk.openUp();
    this.wake();
  }

  /** Takes nothing new; what runs goes on. */
  close(): void {
    this.open = false;
    this.desk.close();
  }

  /** Steps may be waiting in the queue. */
  wake(priority?: number): void {
    if (priority !== undefined) this.contended = Math.max(this.contended ?? priority, priority);
    this.wanted = true;
    this.claimIfWorth();
    this.desk.wake();
  }

  /** Whether this worker takes a step of the task itself, and where; reserves a place until `unreserve`. */
  offer(task: TaskInHand, step: StepPlan): Place | null {
    if (!this.mayContinue(task)) return null;
    // What has its handler here will want a place there.
    if (this.reserve(step)) return 'handlers';
    return step.decides && this.desk.offer() ? 'desk' : null;
  }

  /** Whether this worker runs steps of the lane. */
  serves(lane: number): boolean {
    return this.deps.lanes.serves(lane);
  }

  unreserve(place: Place, count: number): void {
    if (place === 'handlers') this.room.unreserve(count);
    this.desk.unreserve(place === 'desk' ? count : 0);
    this.claimIfWorth();
  }

  /** The same for a first step of a task that is being created; until `rootsAnswered`. */
  reserveRoot(step: StepPlan): boolean {
    if (!this.reserve(step)) return false;
    this.rootsAwaited++;
    return true;
  }

  rootsAnswered(places: number): void {
    this.rootsAwaited -= places;
    this.unreserve('handlers', places);
  }

  /** Starts steps as places free up and while the lease lasts. Results of parents that ran elsewhere are fetched first, all in one call. */
  async accept(steps: readonly StepInHand[]): Promise<void> {
    if (steps.length === 0) return;
    this.deps.reporter.taken(steps);
    const lacking = steps.filter(lacksResults);
    this.enter(lacking.length === 0 ? steps : steps.filter((step) => !lacksResults(step)));
    if (lacking.length > 0) await this.supply(lacking);
  }

  /** After an outage: steps that could not be supplied with their parents' results. */
  async supplyStarved(): Promise<void> {
    await this.supply(this.parents.takeStarved());
  }

  /** Everything in hand but not started, taken back out: for shutdown and a lost lease. */
  takeUnstarted(): StepInHand[] {
    return [...this.waiting.splice(0), ...this.desk.takeUnstarted(), ...this.parents.takeStarved()];
  }

  private reserve(step: StepPlan): boolean {
    if (!this.open || this.room.left(this.busy()) <= 0 || !this.serves(step.lane)) return false;
    this.room.reserve(1);
    return true;
  }

  private enter(steps: readonly StepInHand[]): void {
    for (const step of steps) {
      if (isDecidedFirst(step)) this.desk.take(step);
      else this.waiting.push(step);
    }
    this.pump();
  }

  /** Its condition holds: its handler runs under the same attempt when this worker has that, and room. */
  private runHere(step: StepInHand): boolean {
    if (!this.open || !this.serves(step.plan.lane) || !this.room.hasPlace(this.busy())) return false;
    this.waiting.push(step);
    this.pump();
    return true;
  }

  private mayContinue(task: TaskInHand): boolean {
    if (this.contended === null) return true;
    if (this.contended > task.priority) return false;
    if (++task.streak < MAX_STREAK) return true;
    task.streak = 0;
    return false;
  }

  private busy(): number {
    return this.running + this.waiting.length + this.parents.waiting;
  }

  /** Looks at the lease before each start: something may have kept the event loop to itself since the last. */
  private pump(): void {
    const { clock, host, concurrency } = this.deps;
    while (this.running < concurrency && this.waiting.length > 0) {
      const now = clock.monotonic();
      if (!host.lease.isValid(now)) return host.lease.giveUp();
      const step = this.waiting.shift();
      if (step && isInHand(step) && !step.concluded) void this.start(step, now);
    }
    this.claimIfWorth();
  }

  private async start(step: StepInHand, began: number): Promise<void> {
    this.running++;
    try {
      const outcome = await this.deps.runner.run(step);
      if (outcome) this.deps.settler.add(step, outcome);
    } finally {
      this.running--;
      this.room.measured(this.deps.clock.monotonic() - began);
      this.pump();
    }
  }

  /** Asked after every step: no promise is made for a no. */
  private claimIfWorth(): void {
    if (!this.claiming && this.worthClaiming()) void this.claimWhileWorth();
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

  /** Small claims cost as much as large ones, so wait until half the room is free, unless there is nothing to start. */
  private worthClaiming(): boolean {
    if (!this.wanted || !this.open) return false;
    const left = this.room.leftForClaims(this.busy());
    return left > 0 && (this.waiting.length === 0 || left >= this.room.reach() / 2);
  }

  private async claimOnce(): Promise<void> {
    this.wanted = false;
    const { lease } = this.deps.host;
    if (!lease.isValid()) return lease.giveUp();
    const limit = Math.min(this.room.leftForClaims(this.busy()), CLAIM_BATCH);
    const { lanes, fromSeq, partial } = this.deps.lanes.ofHandlers.claimRange(this.deps.clock.monotonic());
    if (lanes.length === 0) return;
    this.room.reserve(limit);
    try {
      const claimed = await this.deps.store.claim({ workerId: lease.workerId, lanes, fromSeq, limit });
      this.deps.lanes.ofHandlers.noteClaimed(claimed);
      const full = claimed.length >= limit;
      this.contended = full ? (claimed.at(-1)?.priority ?? null) : null;
      if (full) this.wanted = true;
      else if (partial) {
        this.deps.lanes.ofHandlers.lookAtAll();
        this.wanted = true;
      }
      await this.intake.takeUp(claimed, lease);
    } finally {
      this.room.unreserve(limit);
    }
  }

  private async supply(steps: readonly StepInHand[]): Promise<void> {
    this.enter(await this.parents.supply(steps));
  }
}
