import type { Clock } from '../ports/clock';
import type { ClaimedStep, EngineStore } from '../ports/engine-store';
import type { StepPlan, TaskPlan } from '../rules/template/task-plan';
import { CLAIM_BATCH, MAX_STREAK, PREFETCH_MS, SETTLE_BACKLOG } from './engine-options';
import type { Hand, StepInHand, TaskInHand } from './hand';
import type { LaneTable } from './lane-table';

export interface DispatcherDeps {
  readonly store: EngineStore;
  readonly hand: Hand;
  readonly lanes: LaneTable;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly workerId: () => number;
  readonly plan: (templateId: number) => TaskPlan | Promise<TaskPlan>;
  /** Runs one step to its outcome and hands it to the settler. */
  readonly run: (step: StepInHand) => Promise<void>;
  readonly taken: (steps: readonly StepInHand[]) => void;
  /** The claim of this step took its task from pending to in_progress. */
  readonly began: (step: StepInHand) => void;
  /** A later attempt of this step has come: the earlier one is nobody's any more. */
  readonly superseded: (step: StepInHand) => void;
  /** A claim failed: it is for the engine to decide when to wake again. */
  readonly failed: (error: unknown) => void;
}

/** Keeps the worker supplied: claims when there is room, starts what it holds, decides which dependents it wants. */
export class Dispatcher {
  private readonly waiting: StepInHand[] = [];
  private readonly starved: StepInHand[] = [];
  private running = 0;
  private reserved = 0;
  private claiming = false;
  private wanted = false;
  private open = false;
  /** Highest priority known to wait in the queue; null: nothing does. */
  private contended: number | null = null;
  private averageMs = PREFETCH_MS;

  constructor(private readonly deps: DispatcherDeps) {}

  get active(): number {
    return this.running;
  }

  get unstarted(): number {
    return this.waiting.length + this.starved.length;
  }

  get isClaiming(): boolean {
    return this.claiming;
  }

  openUp(): void {
    this.open = true;
    this.wake();
  }

  /** Takes nothing new; what runs goes on. */
  close(): void {
    this.open = false;
  }

  /** Steps may be waiting in the queue. */
  wake(priority?: number): void {
    if (priority !== undefined) this.contended = Math.max(this.contended ?? priority, priority);
    this.wanted = true;
    void this.claimWhileRoom();
  }

  /** Whether this worker takes a step of the task itself; a yes reserves a place until `accept` or `unreserve`. */
  offer(task: TaskInHand, step: StepPlan): boolean {
    if (!this.mayContinue(task)) return false;
    return this.reserve(step);
  }

  /** Whether this worker runs steps of the lane. */
  serves(lane: number): boolean {
    return this.deps.lanes.serves(lane);
  }

  reserve(step: StepPlan): boolean {
    if (!this.open || this.room() <= 0 || !this.deps.lanes.serves(step.lane)) return false;
    this.reserved++;
    return true;
  }

  unreserve(places: number): void {
    this.reserved -= places;
    if (this.wanted) void this.claimWhileRoom();
  }

  /** Starts steps as places free up. Results of parents that ran elsewhere are fetched first, all in one call. */
  async accept(steps: readonly StepInHand[]): Promise<void> {
    if (steps.length === 0) return;
    this.deps.taken(steps);
    const missing = steps.filter((step) => missingParents(step).length > 0);
    this.waiting.push(...(missing.length === 0 ? steps : steps.filter((step) => missingParents(step).length === 0)));
    this.pump();
    if (missing.length > 0) await this.supply(missing);
  }

  /** After an outage: steps that could not be supplied with their parents' results. */
  async supplyStarved(): Promise<void> {
    await this.supply(this.starved.splice(0).filter((step) => !step.dropped));
  }

  /** Everything held but not started, taken back out: for shutdown and a lost lease. */
  takeUnstarted(): StepInHand[] {
    return [...this.waiting.splice(0), ...this.starved.splice(0)];
  }

  private mayContinue(task: TaskInHand): boolean {
    if (this.contended === null) return true;
    if (this.contended > task.priority) return false;
    if (++task.streak < MAX_STREAK) return true;
    task.streak = 0;
    return false;
  }

  private reach(): number {
    const { concurrency } = this.deps;
    return (
      concurrency + Math.min(CLAIM_BATCH, Math.floor((concurrency * PREFETCH_MS) / Math.max(this.averageMs, 0.02)))
    );
  }

  private room(): number {
    const busy = this.running + this.unstarted;
    if (this.deps.hand.size - busy >= SETTLE_BACKLOG) return 0;
    return this.reach() - busy - this.reserved;
  }

  /**
   * What is being settled counts, too: its dependents will want the places, and would go through the queue without them.
   * Beyond one round of handlers, so that a worker with few places need not wait for each settlement before it claims.
   */
  private claimRoom(): number {
    const { hand, concurrency } = this.deps;
    return Math.min(this.room(), this.reach() + concurrency - hand.size - this.reserved);
  }

  private pump(): void {
    while (this.running < this.deps.concurrency && this.waiting.length > 0) {
      const step = this.waiting.shift();
      if (step && !step.dropped && !step.concluded) void this.start(step);
    }
    if (this.wanted) void this.claimWhileRoom();
  }

  private async start(step: StepInHand): Promise<void> {
    this.running++;
    const began = this.deps.clock.monotonic();
    try {
      await this.deps.run(step);
    } finally {
      this.running--;
      this.averageMs += (this.deps.clock.monotonic() - began - this.averageMs) * 0.05;
      this.pump();
    }
  }

  private async claimWhileRoom(): Promise<void> {
    if (this.claiming) return;
    this.claiming = true;
    try {
      while (this.wanted && this.open && this.worthClaiming()) await this.claimOnce();
    } catch (error) {
      this.wanted = true;
      this.deps.failed(error);
    } finally {
      this.claiming = false;
    }
  }

  /** Small claims cost as much as large ones, so wait until half the room is free, unless there is nothing to start. */
  private worthClaiming(): boolean {
    const room = this.claimRoom();
    return room > 0 && (this.waiting.length === 0 || room >= this.reach() / 2);
  }

  private async claimOnce(): Promise<void> {
    this.wanted = false;
    const limit = Math.min(this.claimRoom(), CLAIM_BATCH);
    const { lanes, fromSeq, partial } = this.deps.lanes.claimRange(this.deps.clock.monotonic());
    if (lanes.length === 0) return;
    this.reserved += limit;
    try {
      const claimed = await this.deps.store.claim({ workerId: this.deps.workerId(), lanes, fromSeq, limit });
      this.deps.lanes.noteClaimed(claimed);
      const full = claimed.length >= limit;
      this.contended = full ? (claimed.at(-1)?.priority ?? null) : null;
      if (full) this.wanted = true;
      else if (partial) {
        this.deps.lanes.lookAtAll();
        this.wanted = true;
      }
      await this.takeUp(claimed);
    } finally {
      this.reserved -= limit;
    }
  }

  /** Public for the reconciler: steps the database says are ours although no answer told us. */
  async takeUp(answered: readonly ClaimedStep[]): Promise<void> {
    // Acts of operators may leave a second entry of a step in the queue; both name the same attempt.
    const claimed = answered.length < 2 ? answered : withoutRepeats(answered);
    const plans: TaskPlan[] = [];
    for (const { templateId } of claimed) plans.push(await this.deps.plan(templateId));
    for (const { taskId, position, attempt } of claimed) {
      const known = this.deps.hand.holds(taskId, position);
      if (known && known.attempt !== attempt) this.deps.superseded(known);
    }
    // Only now, all at once: had a plan been out of reach, the reconciler would find the steps not yet in hand.
    const steps = claimed.map((claim, index) => this.deps.hand.take(claim, plans[index] as TaskPlan));
    // A task may come with several roots; it begins once.
    const begun = new Map(
      claimed.flatMap(({ taskId, began }, index) => (began ? [[taskId, steps[index]] as const] : [])),
    );
    for (const step of begun.values()) if (step) this.deps.began(step);
    await this.accept(steps);
  }

  private async supply(steps: readonly StepInHand[]): Promise<void> {
    if (steps.length === 0) return;
    const wanted = steps.flatMap((step) => missingParents(step).map((position) => ({ step, position })));
    try {
      const keys = wanted.map(({ step, position }) => ({ taskId: step.task.id, position }));
      const found = await this.deps.store.results(keys);
      wanted.forEach(({ step, position }, index) => step.results.set(position, found[index] ?? null));
    } catch (error) {
      this.starved.push(...steps);
      this.deps.failed(error);
      return;
    }
    this.waiting.push(...steps);
    this.pump();
  }
}

function withoutRepeats(claimed: readonly ClaimedStep[]): readonly ClaimedStep[] {
  const keys = new Set<string>();
  return claimed.filter(({ taskId, position }) => keys.size < keys.add(`${taskId}:${position}`).size);
}

const missingParents = (step: StepInHand): number[] =>
  step.plan.parents.filter((position) => !step.results.has(position));
