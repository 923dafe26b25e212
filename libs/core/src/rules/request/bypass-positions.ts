import { TaskerError, type Fault } from '../../errors/tasker-error';
import { positionOf, stepAt } from '../template/plan-graph';
import type { TaskPlan } from '../template/task-plan';

/**
 * Positions of the steps that a request leaves out, in the order of their names.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID with every name that is no step, no skippable one, or there twice
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
    else if (!stepAt(plan, position)?.definition.skippable)
      details.push({ path, message: `step "${name}" is not skippable` });
    seen.add(name);
    return position ?? -1;
  });
  if (details.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The task request is invalid.', { details });
  return positions;
}
