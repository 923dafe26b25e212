import type { ClaimedStep, EngineStore, StepKey } from '../../ports/engine-store';
import type { Dispatcher } from '../claim/dispatcher';
import { stepKey, type Hand, type StepInHand } from '../claim/hand';
import { attemptOf, tellSettled } from './late-news';
import type { Reporter } from '../reporter';
import type { RevocationWatch } from './revocation-watch';
import type { Settler } from '../settle/settler';
import type { TransactionalSettler } from '../settle/transactional-settler';
import type { WorkerHost } from '../worker-host';

/** More than any worker has in hand at once. */
const IN_HAND_LIMIT = 20_000;

export interface ReconcilerDeps {
  readonly store: EngineStore;
  readonly hand: Hand;
  readonly settler: Settler;
  readonly inside: TransactionalSettler;
  readonly dispatcher: Dispatcher;
  readonly reporter: Reporter;
  readonly revocations: RevocationWatch;
  readonly host: WorkerHost;
}

/**
 * After a lost answer or a lost connection, believes the database: what it says is settled is settled; steps it gave this
 * worker without the worker knowing, or not knowing any more, are taken up under the same attempt; attempts it does not
 * know are stopped. Call it only while nothing else of this worker talks to it.
 */
export class Reconciler {
  constructor(private readonly deps: ReconcilerDeps) {}

  async reconcile(): Promise<void> {
    const { store, hand, settler, inside, dispatcher, reporter } = this.deps;
    const { lease } = this.deps.host;
    const doubtful = [...settler.inDoubt(), ...inside.inDoubt()];
    const own = await this.ownSteps(lease.workerId);
    const attempts = attemptsOf(own);
    const gone = doubtful.filter((entry) => attempts.get(stepKey(entry)) !== entry.attempt);
    const settled = await store.settledAttempts(lease.workerId, gone.map(attemptOf));
    if (!lease.isValid()) return lease.giveUp();
    settler.forget(new Set(gone));
    inside.resolve(new Set(gone));
    this.stopForgotten(attempts);
    const unknown = own.filter((step) => hand.step(step.taskId, step.position)?.attempt !== step.attempt);
    try {
      await dispatcher.intake.takeUp(unknown, lease);
    } finally {
      // What left this worker's hands did so by its own settlement, or because somebody else took it over.
      for (const { step } of gone) hand.release(step);
      for (const entry of tellSettled(reporter, gone, settled)) reporter.dropped(entry);
    }
    await store.resumeClaims(lease.workerId);
  }

  /** What the rows say is this worker's; first it takes again what a crash of the server has made them forget. */
  private async ownSteps(workerId: number): Promise<ClaimedStep[]> {
    const { store } = this.deps;
    const own = await store.stepsInHand(workerId, IN_HAND_LIMIT);
    const forgotten = this.unknownTo(attemptsOf(own));
    if (forgotten.length === 0) return own;
    await store.reclaim(
      workerId,
      forgotten.map((step) => ({ ...keyOf(step), attempt: step.attempt })),
    );
    return store.stepsInHand(workerId, IN_HAND_LIMIT);
  }

  /** Others will run these. What has an outcome finds out by itself. */
  private stopForgotten(attempts: ReadonlyMap<string, number>): void {
    for (const step of this.unknownTo(attempts)) if (!step.concluded) this.deps.revocations.superseded(step);
  }

  private unknownTo(attempts: ReadonlyMap<string, number>): StepInHand[] {
    return [...this.deps.hand.all()].filter((step) => attempts.get(stepKey(keyOf(step))) !== step.attempt);
  }
}

const attemptsOf = (steps: readonly ClaimedStep[]): Map<string, number> =>
  new Map(steps.map((step) => [stepKey(step), step.attempt]));

const keyOf = ({ task, plan }: StepInHand): StepKey => ({ taskId: task.id, position: plan.position });
