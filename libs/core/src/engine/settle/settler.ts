import type { Clock } from '../../ports/clock';
import type { EngineStore } from '../../ports/engine-store';
import {
  StaleOutcomesError,
  StoreRefusedError,
  StoreUnavailableError,
  WorkerLostError,
  type SettlementReceipt,
} from '../../ports/settlement';
import { byTaskAndPosition } from '../../rules/settlement/decided-outcome';
import { planBatch } from '../../rules/settlement/plan-batch';
import type { SettlementBatch } from '../../rules/settlement/settlement-batch';
import type { Outcome } from '../../rules/settlement/outcome';
import type { Hand, StepInHand } from '../claim/hand';
import type { DelayedSteps } from '../keep/delayed-steps';
import type { LateNews } from '../keep/late-news';
import type { Lease } from '../keep/lease';
import type { WaitKeeper } from '../keep/wait-keeper';
import type { Reporter } from '../reporter';
import type { WorkerHost } from '../worker-host';
import type { Continuations } from './continuations';
import { OutcomeLines } from './outcome-lines';
import { EntryInHand, storableInstead, withoutDeclined } from './settlement-entry';

export interface SettlerDeps {
  readonly store: EngineStore;
  readonly hand: Hand;
  readonly delayed: DelayedSteps;
  readonly waits: WaitKeeper;
  readonly reporter: Reporter;
  readonly news: LateNews;
  readonly host: WorkerHost;
  readonly clock: Clock;
  readonly random: () => number;
  /** Settlements in flight at once. */
  readonly connections: number;
}

type StartedStep = SettlementReceipt['started'][number];

/** How long a batch waits that the database refused for a passing reason: doubled each time in a row, to a limit. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;

/**
 * Group commit. Outcomes gather while settlements are in flight and go together in one transaction: the first goes at
 * once when idle, batches form by themselves under load.
 */
export class Settler {
  private readonly backlog = new OutcomeLines();
  private inFlight = 0;
  private scheduled = false;
  private paused = false;
  /** The database refused a batch a moment ago. */
  private waiting = false;
  private retryMs = FIRST_RETRY_MS;

  /** Set once, before the first outcome: who gives the settler steps' outcomes also runs their dependents. */
  continuations!: Continuations;

  constructor(private readonly deps: SettlerDeps) {}

  get isWriting(): boolean {
    return this.inFlight > 0;
  }

  add(step: StepInHand, outcome: Outcome): void {
    if (step.dropped || step.concluded) return;
    this.deps.hand.conclude(step);
    this.backlog.add(this.entry(step, outcome));
    this.schedule();
  }

  /** Records another outcome than that of the entry, which a transaction of the step's own did not bring about. */
  replace(entry: EntryInHand, outcome: Outcome): void {
    this.backlog.add(new EntryInHand(entry.step, outcome, entry.worker, this.deps.random, entry));
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
  inDoubt(): EntryInHand[] {
    return this.backlog.inDoubt();
  }

  /** The database has them: nothing is left to write. */
  forget(entries: ReadonlySet<EntryInHand>): void {
    this.backlog.drop(entries);
  }

  /** Lease lost: nothing gathered may be written any more; what was sent before may still have been recorded. */
  abandon(): void {
    this.deps.news.expect(this.backlog.clear().filter(({ step }) => step.inDoubt));
  }

  private entry(step: StepInHand, outcome: Outcome): EntryInHand {
    return new EntryInHand(step, outcome, this.deps.host.workerId, this.deps.random);
  }

  /** One turn of the event loop lets the outcomes of that turn go together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (!this.paused && !this.waiting && this.inFlight < this.deps.connections) {
        const batch = this.backlog.take();
        if (batch.length === 0) return;
        void this.write(batch);
      }
    });
  }

  private async write(gathered: EntryInHand[]): Promise<void> {
    const entries = gathered.filter(({ step }) => !step.dropped).sort(byTaskAndPosition);
    if (entries.length === 0) return;
    const { host, store, clock, reporter } = this.deps;
    const { lease } = host;
    if (!lease.isValid()) return lease.giveUp();
    this.inFlight++;
    const offered = { handlers: 0, desk: 0 };
    try {
      const batch = planBatch(entries, (parent, dependent) => {
        const place = this.continuations.offer(parent.step.task, dependent);
        if (place === null) return null;
        offered[place]++;
        return lease.workerId;
      });
      const sentAt = clock.monotonic();
      const receipt = await store.settle(batch);
      this.retryMs = FIRST_RETRY_MS;
      reporter.committed(entries.length, clock.monotonic() - sentAt, receipt.at);
      await this.settled(entries, batch, receipt, lease);
    } catch (error) {
      this.refused(entries, error);
    } finally {
      this.inFlight--;
      this.continuations.unreserve('handlers', offered.handlers);
      if (offered.desk > 0) this.continuations.unreserve('desk', offered.desk);
      this.schedule();
    }
  }

  /**
   * Dependents are taken up before their parents are let go, so that the task and its results stay in hand. When the lease
   * was lost meanwhile, what is recorded is told all the same, and the dependents are others' to run.
   */
  async settled(
    entries: readonly EntryInHand[],
    batch: SettlementBatch,
    receipt: SettlementReceipt,
    lease: Lease,
  ): Promise<void> {
    const { hand, host, reporter, delayed, waits } = this.deps;
    const { next, joins } = batch;
    const held = lease.isValid();
    for (const { step, decided, outcome } of entries) {
      // Not into results of a later time: the step may have been run again since.
      if (decided.state === 'complete' || decided.state === 'skipped' || decided.state === 'not_taken')
        step.results.set(step.plan.position, decided.result);
      if (decided.delayMs !== null && decided.delayMs > 0) delayed.wakeIn(decided.delayMs);
      if (outcome.kind === 'waiting' && outcome.wait) waits.opened(outcome.wait, receipt.at);
    }
    const continued: StepInHand[] = [];
    const given = withoutDeclined(next, receipt);
    const mine: readonly StartedStep[] = [...given.filter(({ worker }) => worker !== null), ...receipt.started];
    for (const { taskId, position, ran } of mine) {
      const task = held && hand.task(taskId);
      if (task) continued.push(hand.continue(task, position, receipt.at, ran));
    }
    for (const { step } of entries) hand.release(step);
    reporter.report(entries, batch, given, receipt);
    if (receipt.queued > 0) {
      const foreign = [...next, ...joins].some(
        ({ position, lane }) => position >= 0 && !this.continuations.serves(lane),
      );
      host.queued(receipt.queued, Math.max(...entries.map(({ priority }) => priority)), foreign);
    }
    if (held) await this.continuations.accept(continued);
    else lease.giveUp();
  }

  private refused(written: EntryInHand[], error: unknown): void {
    const entries = written.filter(({ step }) => !step.dropped);
    if (error instanceof StaleOutcomesError) {
      const stale = new Set(error.indexes.map((index) => written[index]));
      this.backlog.putBack(entries.filter((entry) => !stale.has(entry)));
      for (const entry of entries) if (stale.has(entry)) this.drop(entry);
    } else if (error instanceof StoreUnavailableError) {
      this.deps.news.expect(written.filter(({ step }) => step.dropped));
      for (const entry of entries) entry.step.inDoubt = true;
      this.backlog.putBack(entries);
      this.deps.host.failed(error);
    } else if (error instanceof WorkerLostError) {
      this.deps.host.failed(error);
    } else {
      this.isolate(entries, error);
    }
  }

  /** The database refused the batch itself: write its outcomes one by one, until the one it cannot hold stands alone. */
  private isolate(entries: EntryInHand[], error: unknown): void {
    const [only] = entries;
    if (error instanceof StoreRefusedError && error.unstorable && only && entries.length === 1) {
      this.backlog.putBack([this.entry(only.step, storableInstead(only.outcome, error.message))]);
      return;
    }
    this.backlog.isolate(entries);
    this.deps.host.failed(error);
    // A flag of its own: when this is over, a recovery that has paused the settler meanwhile may not be.
    this.waiting = true;
    this.deps.clock.after(this.retryMs, () => {
      this.waiting = false;
      this.schedule();
    });
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
  }

  /** The fence has refused it. */
  drop(entry: EntryInHand): void {
    this.deps.hand.release(entry.step);
    // The settlement that got no answer was still under way and has won: its continuations are ours and unknown.
    if (entry.step.inDoubt) {
      if (entry.instead) this.deps.news.expect([entry.instead]);
      this.deps.host.failed(new StoreUnavailableError(new StaleOutcomesError([0])));
    } else this.deps.reporter.dropped(entry);
  }
}
