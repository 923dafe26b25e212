import { PermanentError } from '../../errors/step-errors';
import type { Outcome } from '../../rules/settlement/outcome';
import type { StepInHand } from '../claim/hand';
import type { DecisionValues } from './decision-values';

/**
 * The first case that holds: its steps run.
 *
 * @throws {PermanentError} TSK_EXPRESSION_FAILED, TSK_NO_BRANCH
 */
export async function decideSwitch({ plan }: StepInHand, values: DecisionValues): Promise<Outcome> {
  const cases = plan.definition.switch ?? [];
  const read: Record<string, unknown> = {};
  for (const { when, steps } of cases) {
    const judged = when === undefined ? undefined : await values.judge(when);
    if (judged?.holds !== false) return chosen(steps);
    Object.assign(read, judged.read());
  }
  throw new PermanentError(`No case of step "${plan.name}" holds, and it has no default.`, {
    code: 'TSK_NO_BRANCH',
    context: { values: read },
  });
}

const chosen = (steps: readonly string[]): Outcome => ({
  kind: 'completed',
  result: JSON.stringify({ chosen: steps }),
  chosen: steps,
});
