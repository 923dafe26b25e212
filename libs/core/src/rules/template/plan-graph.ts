import type { StepPlan, TaskPlan } from './task-plan';

/** What is worked out of a plan on first use and kept for as long as the plan is. */
interface Index {
  readonly positions: ReadonlyMap<string, number>;
  readonly descendants: Map<number, readonly number[]>;
}

const kept = new WeakMap<TaskPlan, Index>();

/**
 * Position of the step of this name.
 *
 * @returns undefined when the template has no such step
 * @public
 */
export const positionOf = (plan: TaskPlan, name: string): number | undefined => indexOf(plan).positions.get(name);

/**
 * The step at a position. Not `plan.steps[position]`: positions outlive revisions, so they may have holes and need not
 * be in the order of the definition.
 *
 * @returns undefined when the revision has no step there
 * @public
 */
export function stepAt({ steps, indexes }: TaskPlan, position: number): StepPlan | undefined {
  const index = indexes[position];
  return index === undefined ? undefined : steps[index];
}

/**
 * All positions reachable from one, ascending, itself excluded.
 *
 * @public
 */
export function descendantsOf(plan: TaskPlan, position: number): readonly number[] {
  const { descendants } = indexOf(plan);
  const found = descendants.get(position) ?? reachableFrom(plan, position);
  descendants.set(position, found);
  return found;
}

function indexOf(plan: TaskPlan): Index {
  const known = kept.get(plan);
  if (known) return known;
  const positions = new Map(plan.steps.map(({ name, position }) => [name, position]));
  const made: Index = { positions, descendants: new Map() };
  kept.set(plan, made);
  return made;
}

function reachableFrom(plan: TaskPlan, start: number): readonly number[] {
  const seen = new Set<number>();
  const open = [...(stepAt(plan, start)?.children ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(stepAt(plan, next)?.children ?? []));
  }
  return [...seen].sort((a, b) => a - b);
}
