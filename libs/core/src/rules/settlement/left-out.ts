import { stepAt } from '../template/plan-graph';
import type { StepPlan, TaskPlan } from '../template/task-plan';
import type { SkipDetail, SkipReason } from './skip-reason';

/** How many of its parents must have run for a step to run: of those that are satisfied, the ones no branch left out. */
export function leastToRun({ definition, parents }: StepPlan): number {
  if (definition.runIf === 'always') return 0;
  return definition.runIf === 'all' ? parents.length : Math.min(1, parents.length);
}

/**
 * Whether a join in a worker's hands is there only to be recorded as left out. Steps with one parent never are: the
 * graph alone decides them, in the settlement of that parent.
 *
 * @param ran parents that are satisfied and were not left out
 */
export const isLeftOut = (step: StepPlan, ran: number): boolean => step.parents.length > 1 && ran < leastToRun(step);

/** Names of the dependents among which a step chooses; none for most. */
export const choicesOf = ({ definition }: StepPlan): readonly string[] =>
  definition.choices ?? definition.switch?.flatMap(({ steps }) => steps) ?? [];

/** What the history keeps of a step that was left out, as JSON text. */
export const skipMetadata = (reason: SkipReason, detail: SkipDetail): string =>
  JSON.stringify({ skip: { ...detail, reason } });

const sizes = new WeakMap<TaskPlan, readonly number[]>();

/**
 * Rows that leaving out all that follows a step writes at most: each step that has only such parents, and each join that
 * it reaches. Worked out for a whole plan at once, linear in its dependencies, and kept with it.
 */
export function leftOutRows(plan: TaskPlan, position: number): number {
  const known = sizes.get(plan) ?? sizesOf(plan);
  sizes.set(plan, known);
  return known[position] ?? 0;
}

/** Steps with one parent make a forest: from its leaves up. */
function sizesOf(plan: TaskPlan): readonly number[] {
  const rows = plan.indexes.map(() => 0);
  const openChildren = plan.indexes.map(() => 0);
  for (const { position, children } of plan.steps) {
    for (const child of children) {
      if (isOnlyChild(plan, child)) openChildren[position] = (openChildren[position] ?? 0) + 1;
      rows[position] = (rows[position] ?? 0) + 1;
    }
  }
  const done = plan.steps.filter(({ position }) => openChildren[position] === 0);
  for (let step = done.pop(); step; step = done.pop()) {
    const [parent] = step.parents;
    if (parent === undefined || step.parents.length > 1) continue;
    rows[parent] = (rows[parent] ?? 0) + (rows[step.position] ?? 0);
    openChildren[parent] = (openChildren[parent] ?? 0) - 1;
    const above = openChildren[parent] === 0 ? stepAt(plan, parent) : undefined;
    if (above) done.push(above);
  }
  return rows;
}

const isOnlyChild = (plan: TaskPlan, position: number): boolean => stepAt(plan, position)?.parents.length === 1;
