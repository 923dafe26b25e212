import type { StepFailure } from '../rules/settlement/step-failure';
import type { Clock } from '../ports/clock';
import type { EngineStore } from '../ports/engine-store';
import {
  StaleOutcomesError,
  StoreRefusedError,
  StoreUnavailableError,
  WorkerLostError,
  type NextStep,
  type SettlementBatch,
  type SettlementReceipt,
} from '../ports/settlement';
import type { Outcome } from '../rules/settlement/outcome';
import type { Dispatcher } from './dispatcher';
import { SETTLE_BATCH } from './engine-options';
import type { Hand, StepInHand } from './hand';
import { entryOf, joinKey, SettlementBuilder, type SettlementEntry } from './settlement-builder';
import type { SettlementReporter } from './settlement-reporter';

export interface SettlerDeps {
  readonly store: EngineStore;
  readonly hand: Hand;
  readonly dispatcher: Dispatcher;
  readonly reporter: SettlementReporter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly connections: number;
  readonly workerId: () => number;
  /** False: too close to the end of the lease to write anything. */
  readonly leaseHolds: () => boolean;
  readonly failed: (error: unknown) => void;
  /** A step of this worker is due again after this long. */
  readonly rerunIn: (delayMs: number) => void;
  /** The settlement put steps into the queue. */
  readonly queued: (count: number, priority: number, foreign: boolean) => void;
}

/** How long a batch waits that the database refused for a passing reason: doubled each time in a row, to a limit. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;

/**
 * Group commit. Outcomes gather while settlements are in flight and go together in one transaction: the first goes at
 * once when idle, batches form by themselves under load.
 */
export class Settler {
  private readonly pending: SettlementEntry[] = [];
  private readonly singles: SettlementEntry[] = [];
  private inFlight = 0;
  private scheduled = false;
  private paused = false;
  /** The database refused a batch a moment ago. */
  private waiting = false;
  private retryMs = FIRST_RETRY_MS;

  constructor(private readonly deps: SettlerDeps) {}

  get isIdle(): boolean {
    return this.inFlight === 0 && this.pending.length === 0 && this.singles.length === 0;
  }

  get isWriting(): boolean {
    return this.inFlight > 0;
  }

  add(step: StepInHand, outcome: Outcome): void {
    if (step.dropped || step.concluded) return;
    step.concluded = true;
    this.pending.push(entryOf(step, outcome, this.deps.random));
    this.schedule();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.schedule();
  }

  /** Outcomes whose settlement got no answer: the database decides what becomes of them. */
  inDoubt(): SettlementEntry[] {
    return this.pending.filter((entry) => entry.step.inDoubt);
  }

  /** The database has them: nothing is left to write. */
  forget(entries: ReadonlySet<SettlementEntry>): void {
    this.replacePending(this.pending.filter((entry) => !entries.has(entry)));
  }

  /** Lease lost: nothing gathered may be written any more. */
  abandon(): void {
    this.replacePending([]);
    this.singles.splice(0);
  }

  private replacePending(entries: readonly SettlementEntry[]): void {
    this.pending.splice(0, this.pending.length, ...entries);
  }

  /** One turn of the event loop lets the outcomes of that turn go together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (!this.paused && !this.waiting && this.inFlight < this.deps.connections) {
        const batch = this.singles.length > 0 ? this.singles.splice(0, 1) : this.pending.splice(0, SETTLE_BATCH);
        if (batch.length === 0) return;
        void this.write(batch);
      }
    });
  }

  private async write(gathered: SettlementEntry[]): Promise<void> {
    // Rows are locked in this order, which operators keep to as well: neither waits for the other in a circle.
    const entries = gathered.filter(({ step }) => !step.dropped).sort(byKey);
    if (entries.length === 0) return;
    if (!this.deps.leaseHolds()) {
      this.deps.failed(new WorkerLostError(this.deps.workerId()));
      return;
    }
    this.inFlight++;
    let offered = 0;
    const builder = new SettlementBuilder((task, step) => {
      const wanted = this.deps.dispatcher.offer(task, step);
      if (wanted) offered++;
      return wanted;
    });
    try {
      for (const entry of entries) builder.add(entry);
      const batch = builder.build(this.deps.workerId(), false);
      const sentAt = this.deps.clock.monotonic();
      const receipt = await this.deps.store.settle(batch);
      this.retryMs = FIRST_RETRY_MS;
      this.deps.reporter.committed(entries.length, this.deps.clock.monotonic() - sentAt, receipt.at);
      await this.settled(entries, batch, receipt);
    } catch (error) {
      this.refused(entries, error);
    } finally {
      this.inFlight--;
      this.deps.dispatcher.unreserve(offered);
      this.schedule();
    }
  }

  /** Dependents are taken up before their parents are let go, so that the task and its results stay in hand. */
  private async settled(
    entries: readonly SettlementEntry[],
    { next, joins }: SettlementBatch,
    receipt: SettlementReceipt,
  ): Promise<void> {
    const { hand, reporter, dispatcher } = this.deps;
    const live = entries.filter((entry) => !entry.step.dropped);
    for (const { step, decided } of live) {
      // Not into results of a later time: the step may have been run again since.
      if (decided.state === 'complete' || decided.state === 'skipped')
        step.results.set(step.plan.position, decided.result);
      if (decided.delayMs !== null && decided.delayMs > 0) this.deps.rerunIn(decided.delayMs);
    }
    const continued: StepInHand[] = [];
    const given = receipt.declined.length === 0 ? next : withoutDeclined(next, receipt.declined);
    for (const { taskId, position } of [...given.filter((n) => n.mine), ...receipt.started]) {
      const task = hand.task(taskId);
      if (task) continued.push(hand.continue(task, position, receipt.at));
    }
    for (const { step } of live) hand.release(step);
    reporter.report(live, given, receipt);
    if (receipt.queued > 0) {
      const foreign = [...next, ...joins].some(({ position, lane }) => position >= 0 && !dispatcher.serves(lane));
      this.deps.queued(receipt.queued, Math.max(...entries.map(({ step }) => step.task.priority)), foreign);
    }
    await dispatcher.accept(continued);
  }

  private refused(written: SettlementEntry[], error: unknown): void {
    const entries = written.filter(({ step }) => !step.dropped);
    if (error instanceof StaleOutcomesError) {
      const stale = new Set(error.indexes.map((index) => written[index]));
      for (const entry of entries) {
        if (stale.has(entry)) this.drop(entry);
        else this.pending.unshift(entry);
      }
    } else if (error instanceof StoreUnavailableError) {
      for (const entry of entries) entry.step.inDoubt = true;
      this.pending.unshift(...entries);
      this.deps.failed(error);
    } else if (error instanceof WorkerLostError) {
      this.deps.failed(error);
    } else {
      this.isolate(entries, error);
    }
  }

  /** The database refused the batch itself: write its outcomes one by one, until the one it cannot hold stands alone. */
  private isolate(entries: SettlementEntry[], error: unknown): void {
    const [only] = entries;
    if (error instanceof StoreRefusedError && error.unstorable && only && entries.length === 1) {
      this.pending.unshift(entryOf(only.step, storableInstead(only.outcome, error.message), this.deps.random));
      return;
    }
    this.singles.push(...entries);
    this.deps.failed(error);
    // A flag of its own: when this is over, a recovery that has paused the settler meanwhile may not be.
    this.waiting = true;
    this.deps.clock.after(this.retryMs, () => {
      this.waiting = false;
      this.schedule();
    });
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
  }

  private drop(entry: SettlementEntry): void {
    this.deps.hand.release(entry.step);
    // The settlement that got no answer was still under way and has won: its continuations are ours and unknown.
    if (entry.step.inDoubt) this.deps.failed(new StoreUnavailableError(new StaleOutcomesError([0])));
    else this.deps.reporter.dropped(entry.step);
  }
}

/** By task, as numbers, and position. */
function byKey({ step: one }: SettlementEntry, { step: other }: SettlementEntry): number {
  const a = one.task.id;
  const b = other.task.id;
  if (a === b) return one.plan.position - other.plan.position;
  return a.length - b.length || (a < b ? -1 : 1);
}

/** An operator's hand is on the task: the store has counted for itself what becomes of these dependents. */
function withoutDeclined(next: readonly NextStep[], declined: SettlementReceipt['declined']): NextStep[] {
  const keys = new Set(declined.map(({ taskId, position }) => joinKey(taskId, position)));
  return next.filter(({ taskId, position }) => !keys.has(joinKey(taskId, position)));
}

/** What is recorded of an outcome that the database cannot hold. */
function storableInstead(outcome: Outcome, why: string): Outcome {
  const failure: StepFailure =
    outcome.kind === 'failed'
      ? { kind: outcome.failure.kind, name: 'UnstorableError', message: `The error could not be stored: ${why}` }
      : { kind: 'invalid_result', name: 'UnstorableResult', message: why, code: 'TSK_RESULT_INVALID' };
  return { kind: 'failed', failure, retryAfterMs: outcome.kind === 'failed' ? outcome.retryAfterMs : undefined };
}
