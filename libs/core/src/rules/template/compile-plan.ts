import type { TaskTemplateDefinition } from './definition';
import type { StepPlan, TaskPlan } from './task-plan';

/** What the store gave the revision when it was registered. @internal */
export interface PlanIds {
  readonly templateId: number;
  readonly revision: number;
  /** Lane of each step, by position. */
  readonly lanes: readonly number[];
}

/**
 * Compiles a definition that `checkDefinition` found sound; linear in steps and dependencies. A step's position is its
 * index in the definition.
 *
 * @throws {RangeError} when a step depends on an unknown one (the definition was not checked) or has no lane
 * @internal
 */
export function compilePlan(definition: TaskTemplateDefinition, { templateId, revision, lanes }: PlanIds): TaskPlan {
  const positionOf = new Map(definition.steps.map((step, position) => [step.name, position]));
  const parents = definition.steps.map((step) =>
    step.dependsOn.map((name) => {
      const position = positionOf.get(name);
      if (position === undefined) throw new RangeError(`step "${step.name}" depends on unknown step "${name}"`);
      return position;
    }),
  );
  const children = definition.steps.map((): number[] => []);
  parents.forEach((own, position) => own.forEach((parent) => children[parent]?.push(position)));
  const steps = definition.steps.map((step, position): StepPlan => {
    const lane = lanes[position];
    if (lane === undefined) throw new RangeError(`step "${step.name}" was given no lane`);
    const edges = { parents: parents[position] ?? [], children: children[position] ?? [] };
    return { position, name: step.name, definition: step, ...edges, lane };
  });
  const known = new Map<number, readonly number[]>();
  return {
    templateId,
    revision,
    definition,
    steps,
    positionOf,
    roots: steps.filter((step) => step.parents.length === 0).map((step) => step.position),
    sinks: steps.filter((step) => step.children.length === 0).map((step) => step.position),
    descendants(position) {
      const found = known.get(position) ?? reachableFrom(position, children);
      known.set(position, found);
      return found;
    },
  };
}

function reachableFrom(start: number, children: readonly (readonly number[])[]): readonly number[] {
  const seen = new Set<number>();
  const open = [...(children[start] ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(children[next] ?? []));
  }
  return [...seen].sort((a, b) => a - b);
}
