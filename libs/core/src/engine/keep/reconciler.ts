import type { EngineStore } from '../../ports/engine-store';
import type { Dispatcher } from '../claim/dispatcher';
import { stepKey, type Hand } from '../claim/hand';
import { attemptOf, tellSettled } from './late-news';
import type { Reporter } from '../reporter';
import type { RevocationWatch } from './revocation-watch';
import type { Settler } from '../settle/settler';
import type { WorkerHost } from '../worker-host';

/** More than any worker has in hand at once. */
const IN_HAND_LIMIT = 20_000;

export interface ReconcilerDeps {
  readonly store: EngineStore;
  readonly hand: Hand;
  readonly settler: Settler;
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
    const { store, hand, settler, dispatcher, reporter } = this.deps;
    const { lease } = this.deps.host;
    const doubtful = settler.inDoubt();
    const own = await store.stepsInHand(lease.workerId, IN_HAND_LIMIT);
    const attempts = new Map(own.map((step) => [stepKey(step), step.attempt]));
    const gone = doubtful.filter((entry) => attempts.get(stepKey(entry)) !== entry.attempt);
    const settled = await store.settledAttempts(lease.workerId, gone.map(attemptOf));
    if (!lease.isValid()) return lease.giveUp();
    settler.forget(new Set(gone));
    this.stopForgotten(attempts);
    const unknown = own.filter((step) => hand.step(step.taskId, step.position)?.attempt !== step.attempt);
    try {
      await dispatcher.takeUp(unknown, lease);
    } finally {
      // What left this worker's hands did so by its own settlement, or because somebody else took it over.
      for (const { step } of gone) hand.release(step);
      for (const entry of tellSettled(reporter, gone, settled)) reporter.dropped(entry);
    }
  }

  /** A claim that a crash of the server forgot: others will run the step. What has an outcome finds out by itself. */
  private stopForgotten(attempts: ReadonlyMap<string, number>): void {
    for (const step of [...this.deps.hand.all()]) {
      const key = stepKey({ taskId: step.task.id, position: step.plan.position });
      if (!step.concluded && attempts.get(key) !== step.attempt) this.deps.revocations.superseded(step);
    }
  }
}
