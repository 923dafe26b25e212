import type { EngineStore, SettledAttempt } from '../../ports/engine-store';
import type { Dispatcher } from '../claim/dispatcher';
import { stepKey, type Hand } from '../claim/hand';
import type { Reporter } from '../reporter';
import type { EntryInHand } from '../settle/settlement-entry';
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
  readonly host: WorkerHost;
}

/**
 * After a lost answer, believes the database: what it says is settled is settled, and steps it gave this worker without
 * the worker knowing are taken up under the same attempt. Call it only while nothing else of this worker talks to it.
 */
export class Reconciler {
  constructor(private readonly deps: ReconcilerDeps) {}

  async reconcile(): Promise<void> {
    const { store, hand, settler, dispatcher, host } = this.deps;
    const doubtful = settler.inDoubt();
    const own = await store.stepsInHand(host.workerId, IN_HAND_LIMIT);
    const attempts = new Map(own.map((step) => [stepKey(step), step.attempt]));
    const gone = doubtful.filter((entry) => attempts.get(stepKey(entry)) !== entry.attempt);
    const settled = await store.settledAttempts(
      host.workerId,
      gone.map(({ taskId, position, attempt }) => ({ taskId, position, attempt })),
    );
    settler.forget(new Set(gone));
    const unknown = own.filter((step) => hand.step(step.taskId, step.position)?.attempt !== step.attempt);
    await dispatcher.takeUp(unknown);
    this.conclude(gone, settled);
  }

  /** What left this worker's hands did so by its own settlement, or because somebody else took it over. */
  private conclude(gone: readonly EntryInHand[], settled: readonly SettledAttempt[]): void {
    const { hand, reporter } = this.deps;
    const byKey = new Map(settled.map((attempt) => [stepKey(attempt), attempt]));
    const ended = new Set<string>();
    for (const entry of gone) {
      const found = byKey.get(stepKey(entry));
      hand.release(entry.step);
      if (!found) {
        reporter.dropped(entry);
        continue;
      }
      reporter.settled(entry, found.at);
      if (found.ended === null || ended.has(entry.taskId)) continue;
      ended.add(entry.taskId);
      reporter.ended(entry, found.ended === 'complete' ? 'task.completed' : 'task.failed', found.at);
    }
  }
}
