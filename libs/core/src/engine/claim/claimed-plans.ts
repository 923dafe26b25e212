import type { PlanCache } from '../../plans/plan-cache';
import type { ClaimedStep } from '../../ports/engine-store';
import { stepAt } from '../../rules/template/plan-graph';
import type { TaskPlan } from '../../rules/template/task-plan';

/**
 * The plans of steps by template, each asked once: a claim brings many steps of few templates.
 *
 * @throws {Error} what kept one of them from being had; a RangeError when a plan does not know the step
 */
export async function claimedPlans(
  plans: PlanCache,
  claimed: readonly ClaimedStep[],
): Promise<ReadonlyMap<number, TaskPlan>> {
  const found = new Map<number, TaskPlan>();
  for (const { templateId, position } of claimed) {
    const plan = found.get(templateId) ?? (await plans.plan(templateId));
    if (!stepAt(plan, position)) throw new RangeError(`template ${templateId} has no step at ${position}`);
    found.set(templateId, plan);
  }
  return found;
}
