import type { Clock } from '../../ports/clock';
import { StaleOutcomesError, StoreRefusedError, StoreUnavailableError, WorkerLostError } from '../../ports/settlement';
import { CommitUnansweredError, TransactionEndedError, type StepTransaction } from '../../ports/step-transaction';
import { describeFailure } from '../../rules/settlement/describe-failure';
import type { Outcome } from '../../rules/settlement/outcome';
import { planBatch } from '../../rules/settlement/plan-batch';
import type { Hand, StepInHand } from '../claim/hand';
import type { LateNews } from '../keep/late-news';
import type { Reporter } from '../reporter';
import type { WorkerHost } from '../worker-host';
import type { Continuations } from './continuations';
import { EntryInHand, storableInstead } from './settlement-entry';
import type { Settler } from './settler';
import { endedByHandler, refusedByDatabase } from './transaction-failures';

export interface TransactionalSettlerDeps {
  readonly settler: Settler;
  readonly hand: Hand;
  readonly host: WorkerHost;
  readonly news: LateNews;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly random: () => number;
}

type Completed = Extract<Outcome, { kind: 'completed' }>;

/**
 * Outcomes that are recorded by the transactions their handlers have written in: each alone, as the last statement before
 * COMMIT. One without an answer is never sent again, because what the handler wrote would not come with it: when the rows
 * say that the attempt is still ours, the handler runs again.
 */
export class TransactionalSettler {
  /** Set once, before the first outcome. */
  continuations!: Continuations;
  private writing = 0;
  private readonly doubtful = new Set<EntryInHand>();
  private held: (() => void)[] | undefined;

  constructor(private readonly deps: TransactionalSettlerDeps) {}

  /** A transaction is open whose end could change what is in this worker's hands. */
  get isWriting(): boolean {
    return this.writing > 0;
  }

  pause(): void {
    this.held ??= [];
  }

  resume(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const goOn of held) goOn();
  }

  /** Outcomes whose COMMIT got no answer. */
  inDoubt(): EntryInHand[] {
    return [...this.doubtful];
  }

  /**
   * The rows have been asked. Those that were not recorded are given back: their handlers run again, and the attempt does
   * not count.
   *
   * @param gone entries whose step is not in this attempt's hands any more
   */
  resolve(gone: ReadonlySet<EntryInHand>): void {
    for (const entry of this.doubtful) if (!gone.has(entry)) this.deps.settler.replace(entry, { kind: 'released' });
    this.doubtful.clear();
  }

  /** Lease lost: what was sent before may still have been recorded. */
  abandon(): void {
    this.deps.news.expect(this.inDoubt());
    this.doubtful.clear();
    this.resume();
  }

  /** Records the outcome and commits; or rolls back, and has another outcome recorded. Never throws. */
  async settle(step: StepInHand, outcome: Completed, transaction: StepTransaction): Promise<void> {
    const { hand, host, random } = this.deps;
    const { held } = this;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    if (step.dropped || step.concluded) return transaction.rollback(false);
    if (!host.lease.isValid()) {
      await transaction.rollback(false);
      return host.lease.giveUp();
    }
    hand.conclude(step);
    this.writing++;
    try {
      await this.write(new EntryInHand(step, outcome, host.workerId, random), transaction);
    } finally {
      this.writing--;
    }
  }

  private async write(entry: EntryInHand, transaction: StepTransaction): Promise<void> {
    const { host, clock, reporter, settler } = this.deps;
    const { lease } = host;
    const offered = { handlers: 0, desk: 0 };
    try {
      const batch = planBatch([entry], (parent, dependent) => {
        const place = this.continuations.offer(parent.step.task, dependent);
        if (place === null) return null;
        offered[place]++;
        return lease.workerId;
      });
      const sentAt = clock.monotonic();
      const receipt = await transaction.settle(batch);
      reporter.committed(1, clock.monotonic() - sentAt, receipt.at);
      await settler.settled([entry], batch, receipt, lease);
    } catch (error) {
      await transaction.rollback(false);
      this.refused(entry, error);
    } finally {
      this.continuations.unreserve('handlers', offered.handlers);
      if (offered.desk > 0) this.continuations.unreserve('desk', offered.desk);
    }
  }

  private refused(entry: EntryInHand, error: unknown): void {
    const { step } = entry;
    const { host, news, settler } = this.deps;
    if (error instanceof CommitUnansweredError) {
      step.inDoubt = true;
      if (step.dropped) news.expect([entry]);
      else this.doubtful.add(entry);
      return host.failed(error);
    }
    if (step.dropped) return;
    if (error instanceof StaleOutcomesError) return settler.drop(entry);
    if (error instanceof WorkerLostError) return host.failed(error);
    settler.replace(entry, insteadOf(entry.outcome, error));
    if (!(error instanceof StoreRefusedError || error instanceof TransactionEndedError)) host.failed(error);
  }
}

/** Nothing was committed: what becomes of the attempt. */
function insteadOf(outcome: Outcome, error: unknown): Outcome {
  if (error instanceof TransactionEndedError) return endedByHandler();
  if (error instanceof StoreUnavailableError) return { kind: 'released' };
  if (!(error instanceof StoreRefusedError)) return { kind: 'failed', ...describeFailure(error) };
  // Somebody was faster at the rows of the settlement, which are none of the handler's.
  if (error.lostRace) return { kind: 'released' };
  return error.unstorable ? storableInstead(outcome, error.message) : refusedByDatabase(error);
}
