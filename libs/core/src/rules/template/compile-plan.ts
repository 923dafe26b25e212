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
  return {
    templateId,
    revision,
    definition,
    steps,
    roots: steps.filter((step) => step.parents.length === 0).map((step) => step.position),
    sinks: steps.filter((step) => step.children.length === 0).map((step) => step.position),
  };
}
