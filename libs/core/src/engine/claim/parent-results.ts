import type { EngineStore } from '../../ports/engine-store';
import type { StepInHand } from './hand';

/** Whether results of its parents are missing, because they ran elsewhere. */
export const lacksResults = (step: StepInHand): boolean => step.plan.parents.some((p) => !step.results.has(p));

/** Fetches what these steps lack, all in one call. */
export async function fetchResults(store: Pick<EngineStore, 'results'>, steps: readonly StepInHand[]): Promise<void> {
  const wanted = steps.flatMap((step) =>
    step.plan.parents.filter((position) => !step.results.has(position)).map((position) => ({ step, position })),
  );
  const keys = wanted.map(({ step, position }) => ({ taskId: step.task.id, position }));
  const found = await store.results(keys);
  wanted.forEach(({ step, position }, index) => step.results.set(position, found[index] ?? null));
}
