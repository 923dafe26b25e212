import { TaskerError, type Fault } from '../../errors/tasker-error';
import type { StepTemplateDefinition } from '../template/definition';
import { positionOf, stepAt } from '../template/plan-graph';
import { isChoice } from '../template/step-kind';
import type { TaskPlan } from '../template/task-plan';

/**
 * Positions of the steps that a request leaves out, in the order of their names.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID with every name that is no step, no skippable one, one that
 *   decides about others, or there twice
 * @internal
 */
export function bypassPositions(plan: TaskPlan, names: readonly string[]): number[] {
  const details: Fault[] = [];
  const seen = new Set<string>();
  const positions = names.map((name, index) => {
    const position = positionOf(plan, name);
    const path = `bypassSteps[${index}]`;
    if (position === undefined) details.push({ path, message: `the template has no step "${name}"` });
    else if (seen.has(name)) details.push({ path, message: `step "${name}" is named twice` });
    else {
      const message = whyNot(stepAt(plan, position)?.definition);
      if (message !== null) details.push({ path, message: `step "${name}" ${message}` });
    }
    seen.add(name);
    return position ?? -1;
  });
  if (details.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The task request is invalid.', { details });
  return positions;
}

/** A step that decides about others cannot be left out beforehand: nobody would have chosen. An operator can, and chooses. */
function whyNot(step: StepTemplateDefinition | undefined): string | null {
  if (!step?.skippable) return 'is not skippable';
  return isChoice(step) ? 'decides which steps run after it' : null;
}
