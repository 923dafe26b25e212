import { branchedSteps } from './branched-steps';
import type { TaskTemplateDefinition } from './definition';
import { kindOf, levelOf } from './step-kind';
import type { StepPlan, TaskPlan } from './task-plan';

/** What the store gave the revision when it was registered. @internal */
export interface PlanIds {
  readonly templateId: number;
  readonly revision: number;
  /** Lane of each step, in the order of the definition. */
  readonly lanes: readonly number[];
  /** Position of each step, in the order of the definition; each once. Default: 0, 1, 2 and so on. */
  readonly positions?: readonly number[];
  /** Lane of what the engine decides itself; needed above level 1. */
  readonly engineLane?: number | null;
}

/**
 * Compiles a definition that `checkDefinition` found sound; linear in steps and dependencies, but for sorting.
 *
 * @throws {RangeError} when a step depends on an unknown one (the definition was not checked), has no lane or no
 *   position, or the engine has no lane for what it decides
 * @internal
 */
export function compilePlan(definition: TaskTemplateDefinition, ids: PlanIds): TaskPlan {
  const { templateId, revision, lanes, positions = [...definition.steps.keys()] } = ids;
  const level = levelOf(definition);
  const engineLane = level === 1 ? null : (ids.engineLane ?? null);
  if (level > 1 && engineLane === null) throw new RangeError('the engine was given no lane');
  const indexOf = new Map(definition.steps.map((step, index) => [step.name, index]));
  const given = (numbers: readonly number[], index: number, what: string): number => {
    const number = numbers[index];
    if (number === undefined) throw new RangeError(`step "${definition.steps[index]?.name}" was given no ${what}`);
    return number;
  };
  const children = definition.steps.map((): number[] => []);
  const parents = definition.steps.map((step, index) =>
    step.dependsOn.map((name) => {
      const parent = indexOf.get(name);
      if (parent === undefined) throw new RangeError(`step "${step.name}" depends on unknown step "${name}"`);
      children[parent]?.push(given(positions, index, 'position'));
      return given(positions, parent, 'position');
    }),
  );
  const branched = branchedSteps(definition.steps);
  const steps = definition.steps.map((step, index): StepPlan => {
    const edges = { parents: parents[index] ?? [], children: (children[index] ?? []).sort(ascending) };
    const position = given(positions, index, 'position');
    const lane = given(lanes, index, 'lane');
    const kind = kindOf(step);
    const decides = kind !== 'handler' || step.when !== undefined;
    const entryLane = decides ? (engineLane ?? lane) : lane;
    const place = { position, name: step.name, definition: step, ...edges, lane, entryLane };
    return { ...place, kind, decides, branched: branched.has(step.name) };
  });
  const positionsOf = (chosen: readonly StepPlan[]) => chosen.map((step) => step.position).sort(ascending);
  return {
    ...{ templateId, revision, level, engineLane, definition, steps, indexes: indexesOf(steps) },
    roots: positionsOf(steps.filter((step) => step.parents.length === 0)),
    sinks: positionsOf(steps.filter((step) => step.children.length === 0)),
  };
}

function indexesOf(steps: readonly StepPlan[]): number[] {
  const last = steps.reduce((most, { position }) => Math.max(most, position), -1);
  const indexes = new Array<number>(last + 1).fill(-1);
  steps.forEach(({ position }, index) => (indexes[position] = index));
  return indexes;
}

const ascending = (one: number, other: number): number => one - other;
