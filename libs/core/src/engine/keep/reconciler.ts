import type { EngineStore, StepStanding } from '../../ports/engine-store';
import type { Dispatcher } from '../claim/dispatcher';
import type { Hand } from '../claim/hand';
import { joinKey, type SettlementEntry } from '../settle/settlement-builder';
import type { SettlementReporter } from '../settle/settlement-reporter';
import type { Settler } from '../settle/settler';

/** More than any worker holds at once. */
const HELD_LIMIT = 20_000;

export interface ReconcilerDeps {
  readonly store: EngineStore;
  readonly hand: Hand;
  readonly settler: Settler;
  readonly dispatcher: Dispatcher;
  readonly reporter: SettlementReporter;
  readonly workerId: () => number;
}

/**
 * After a lost answer, believes the database: what it says is settled is settled, and steps it gave this worker without
 * the worker knowing are taken up under the same attempt. Call it only while nothing else talks to the store.
 */
export class Reconciler {
  constructor(private readonly deps: ReconcilerDeps) {}

  async reconcile(): Promise<void> {
    const { store, hand, settler, dispatcher } = this.deps;
    const doubtful = settler.inDoubt();
    const held = await store.heldSteps(this.deps.workerId(), HELD_LIMIT);
    const attempts = new Map(held.map((step) => [joinKey(step.taskId, step.position), step.attempt]));
    const gone = doubtful.filter((entry) => attempts.get(keyOf(entry)) !== entry.step.attempt);
    const standings = await store.standings(
      this.deps.workerId(),
      gone.map(({ step }) => ({ taskId: step.task.id, position: step.plan.position, attempt: step.attempt })),
    );
    settler.forget(new Set(gone));
    const unknown = held.filter((step) => hand.holds(step.taskId, step.position)?.attempt !== step.attempt);
    await dispatcher.takeUp(unknown);
    this.conclude(gone, standings);
  }

  /** What left this worker's hands did so by its own settlement, or because somebody else took it over. */
  private conclude(gone: readonly SettlementEntry[], standings: readonly StepStanding[]): void {
    const { hand, reporter } = this.deps;
    const byKey = new Map(standings.map((standing) => [joinKey(standing.taskId, standing.position), standing]));
    const ended = new Set<string>();
    for (const entry of gone) {
      const { step } = entry;
      const standing = byKey.get(keyOf(entry));
      hand.release(step);
      if (!standing) {
        reporter.dropped(step);
        continue;
      }
      reporter.confirmed(entry, standing.at);
      if (standing.ended === null || ended.has(step.task.id)) continue;
      ended.add(step.task.id);
      reporter.ended(step.task, standing.ended === 'complete' ? 'task.completed' : 'task.failed', standing.at);
    }
  }
}

const keyOf = (entry: SettlementEntry): string => joinKey(entry.step.task.id, entry.step.plan.position);
