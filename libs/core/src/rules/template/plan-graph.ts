import type { TaskPlan } from './task-plan';

/** What is worked out of a plan on first use and kept for as long as the plan is. */
interface Index {
  readonly positions: ReadonlyMap<string, number>;
  readonly descendants: Map<number, readonly number[]>;
}

const indexes = new WeakMap<TaskPlan, Index>();

/**
 * Position of the step of this name.
 *
 * @returns undefined when the template has no such step
 * @public
 */
export const positionOf = (plan: TaskPlan, name: string): number | undefined => indexOf(plan).positions.get(name);

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
  const known = indexes.get(plan);
  if (known) return known;
  const positions = new Map(plan.steps.map(({ name, position }) => [name, position]));
  const made: Index = { positions, descendants: new Map() };
  indexes.set(plan, made);
  return made;
}

function reachableFrom({ steps }: TaskPlan, start: number): readonly number[] {
  const seen = new Set<number>();
  const open = [...(steps[start]?.children ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(steps[next]?.children ?? []));
  }
  return [...seen].sort((a, b) => a - b);
}
