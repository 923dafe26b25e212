import type { TaskPlan } from '../template/task-plan';

const KNOWN = new WeakMap<TaskPlan, boolean>();

/**
 * Whether somebody has to look at the clock for tasks of this template. Plans are compiled once and looked at with every
 * settlement, so the answer is kept.
 *
 * @internal
 */
export function hasTimers(plan: TaskPlan): boolean {
  if (plan.level === 1) return false;
  let known = KNOWN.get(plan);
  if (known === undefined) {
    const { deadlineMs, steps } = plan.definition;
    known =
      deadlineMs !== undefined || steps.some((step) => (step.totalTimeoutMs ?? step.startTimeoutMs) !== undefined);
    KNOWN.set(plan, known);
  }
  return known;
}
