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
  const found = descendants.get(position) ?? reachableFrom(plan, position, ({ children }) => children);
  descendants.set(position, found);
  return found;
}

/**
 * All positions a step depends on, directly or through others, ascending, itself excluded. Not kept: of a chain of
 * 10,000 steps that would be 50 million numbers.
 *
 * @public
 */
export const ancestorsOf = (plan: TaskPlan, position: number): readonly number[] =>
  reachableFrom(plan, position, ({ parents }) => parents);

function indexOf(plan: TaskPlan): Index {
  const known = kept.get(plan);
  if (known) return known;
  const positions = new Map(plan.steps.map(({ name, position }) => [name, position]));
  const made: Index = { positions, descendants: new Map() };
  kept.set(plan, made);
  return made;
}

function reachableFrom(plan: TaskPlan, start: number, next: (step: StepPlan) => readonly number[]): readonly number[] {
  const seen = new Set<number>();
  const open = [start];
  for (let position = open.pop(); position !== undefined; position = open.pop()) {
    const step = stepAt(plan, position);
    for (const other of step ? next(step) : []) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return [...seen].sort((a, b) => a - b);
}
