import type { EngineStore } from '../../ports/engine-store';
import type { WorkerHost } from '../worker-host';
import { isInHand, type StepInHand } from './hand';

/** Whether results of its parents are missing, because they ran elsewhere. */
export const lacksResults = (step: StepInHand): boolean =>
  !step.leftOut && step.plan.parents.some((p) => !step.results.has(p));

/** Fetches what steps lack of their parents' results; keeps those it could not be fetched for until the database is back. */
export class ParentResults {
  private readonly starved: StepInHand[] = [];

  constructor(
    private readonly store: Pick<EngineStore, 'results'>,
    private readonly host: WorkerHost,
  ) {}

  get waiting(): number {
    return this.starved.length;
  }

  /** All in one call. @returns those that can start now */
  async supply(steps: readonly StepInHand[]): Promise<StepInHand[]> {
    if (steps.length === 0) return [];
    try {
      await this.fetch(steps);
    } catch (error) {
      this.starved.push(...steps.filter(isInHand));
      this.host.failed(error);
      return [];
    }
    return steps.filter(isInHand);
  }

  /** Those that could not be supplied, handed out. */
  takeStarved(): StepInHand[] {
    return this.starved.splice(0).filter(isInHand);
  }

  private async fetch(steps: readonly StepInHand[]): Promise<void> {
    const wanted = steps.flatMap((step) =>
      step.plan.parents.filter((position) => !step.results.has(position)).map((position) => ({ step, position })),
    );
    const found = await this.store.results(wanted.map(({ step, position }) => ({ taskId: step.task.id, position })));
    wanted.forEach(({ step, position }, index) => step.results.set(position, found[index] ?? null));
  }
}
