import type { ClaimedStep, EngineStore } from '../../ports/engine-store';
import type { StepPlan } from '../../rules/template/task-plan';
import type { Lease } from '../keep/lease';

/** Who may take the first steps of new tasks into its own hands: the worker of this process, or nobody. */
export interface RootTaker {
  /** Of the worker that would take them; null: nobody. */
  readonly lease: Lease | null;
  /** Whether it takes this step; a yes reserves a place until `rootsAnswered`. */
  reserveRoot(step: StepPlan): boolean;
  /** The creation is over, one way or the other: gives back the places it had reserved. */
  rootsAnswered(places: number): void;
  /** @param lease under which they were claimed: when that is over, they are nobody's */
  takeUp(claimed: readonly ClaimedStep[], lease: Lease): Promise<void>;
  /** First steps were queued. */
  queued(count: number, priority: number): void;
  /** The database did not answer, or refused. */
  failed(error: unknown): void;
}

/** For a process that runs no steps: all go to the queue, and the workers are told. */
export class QueueOnly implements RootTaker {
  readonly lease = null;

  constructor(private readonly store: Pick<EngineStore, 'announce'>) {}

  reserveRoot(): boolean {
    return false;
  }

  rootsAnswered(): void {
    // It reserves none.
  }

  takeUp(): Promise<void> {
    return Promise.resolve();
  }

  queued(count: number, priority: number): void {
    this.store.announce({ count, priority });
  }

  failed(): void {
    // Whoever creates hears of it, and there is no worker to go on.
  }
}
