import type { StepInHand } from '../claim/hand';
import type { Outcome } from '../../rules/settlement/outcome';
import { isBypassed, type StepExecutor } from './step-executor';
import type { TransactionalSteps } from './transactional-steps';

export interface StepRunnerDeps {
  readonly executor: StepExecutor;
  readonly transactional: TransactionalSteps;
}

/** Runs a step in hand, or has it run inside a transaction. */
export class StepRunner {
  constructor(private readonly deps: StepRunnerDeps) {}

  /** No promise of its own: there would be one more for every step. Never rejects. @returns null: it is recorded already */
  run(step: StepInHand): Promise<Outcome | null> {
    const { executor, transactional } = this.deps;
    if (step.plan.definition.transactional !== true || isBypassed(step)) return executor.run(step);
    return transactional.run(step).then(() => null);
  }
}
