import type { Outcome } from '../rules/settlement/outcome';
import { Attempt, type ExecutorDeps } from './attempt';
import type { StepInHand } from './hand';

/** Brings a step to its outcome. Never throws. */
export class StepExecutor {
  constructor(private readonly deps: ExecutorDeps) {}

  async run(step: StepInHand): Promise<Outcome> {
    if (step.task.bypass.includes(step.plan.position)) return { kind: 'skipped' };
    const attempt = new Attempt(step, this.deps);
    try {
      return await attempt.run();
    } finally {
      attempt.close();
    }
  }
}
