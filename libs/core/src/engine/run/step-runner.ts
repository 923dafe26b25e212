import type { StepInHand } from '../claim/hand';
import type { Settler } from '../settle/settler';
import { isBypassed, type StepExecutor } from './step-executor';
import type { TransactionalSteps } from './transactional-steps';

export interface StepRunnerDeps {
  readonly executor: StepExecutor;
  readonly settler: Settler;
  readonly transactional: TransactionalSteps;
}

/** Runs a step in hand, and sees to it that what came of it is recorded. Never throws. */
export class StepRunner {
  constructor(private readonly deps: StepRunnerDeps) {}

  async run(step: StepInHand): Promise<void> {
    const { executor, settler, transactional } = this.deps;
    if (step.plan.definition.transactional === true && !isBypassed(step)) return transactional.run(step);
    settler.add(step, await executor.run(step));
  }
}
