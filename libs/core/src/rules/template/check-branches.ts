import { didYouMean } from '../../data/nearest-name';
import { isRecord } from '../../data/record';
import type { Fault } from '../../errors/tasker-error';
import type { StepTemplateDefinition, SwitchCase } from './definition';
import { isChoice } from './step-kind';

/** A step and its index in the definition. */
type Indexed = readonly [index: number, step: StepTemplateDefinition];

/** Names that a choice gives its children, with the places where they stand. */
interface Named {
  readonly step: string;
  readonly path: string;
}

/**
 * Choices that do not fit the graph: names that are no children, children that no case names or that have other parents,
 * a default that is not the last.
 *
 * @param steps those whose names and dependencies have the right types
 * @internal
 */
export function branchFaults(steps: readonly Indexed[]): Fault[] {
  const choices = steps.filter(([, step]) => isChoice(step));
  if (choices.length === 0) return [];
  const children = childrenByParent(steps);
  const names = new Set(steps.map(([, { name }]) => name));
  return choices.flatMap(([index, step]) => {
    const own = children.get(step.name) ?? [];
    const named = namedBy(step, `steps[${index}]`);
    return [
      ...named.flatMap(({ step: name, path }) => notAChild(name, path, step.name, own, names)),
      ...repeated(named),
      ...unnamed(step, `steps[${index}]`, own, named),
      ...own.flatMap((child) => childFaults(child, step.name)),
      ...defaultFaults(step.switch, `steps[${index}].switch`),
    ];
  });
}

function childrenByParent(steps: readonly Indexed[]): Map<string, Indexed[]> {
  const children = new Map<string, Indexed[]>();
  for (const step of steps) {
    for (const parent of step[1].dependsOn) {
      const list = children.get(parent);
      if (list) list.push(step);
      else children.set(parent, [step]);
    }
  }
  return children;
}

function namedBy({ switch: cases, choices }: StepTemplateDefinition, path: string): Named[] {
  const ofCases = listOf(cases).flatMap((entry, index) =>
    isRecord(entry) ? textsOf(entry['steps'], `${path}.switch[${index}].steps`) : [],
  );
  return [...ofCases, ...textsOf(choices, `${path}.choices`)];
}

const textsOf = (list: unknown, path: string): Named[] =>
  listOf(list).flatMap((step, index) => (typeof step === 'string' ? [{ step, path: `${path}[${index}]` }] : []));

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function notAChild(
  name: string,
  path: string,
  parent: string,
  children: readonly Indexed[],
  names: ReadonlySet<string>,
): Fault[] {
  if (children.some(([, child]) => child.name === name)) return [];
  if (names.has(name)) return [{ path, message: `"${name}" does not depend on "${parent}"` }];
  return [{ path, message: `there is no step "${name}"${didYouMean(name, names)}` }];
}

/** Within one list; a step may be named by several cases. */
function repeated(named: readonly Named[]): Fault[] {
  const seen = new Set<string>();
  return named.flatMap(({ step, path }) => {
    const key = `${path.slice(0, path.lastIndexOf('['))} ${step}`;
    if (seen.has(key)) return [{ path, message: `"${step}" is listed twice` }];
    seen.add(key);
    return [];
  });
}

function unnamed(
  step: StepTemplateDefinition,
  path: string,
  children: readonly Indexed[],
  named: readonly Named[],
): Fault[] {
  const known = new Set(named.map((entry) => entry.step));
  const [key, what] =
    step.switch === undefined ? ['choices', 'choices do not name it'] : ['switch', 'no case names it'];
  return children
    .filter(([, { name }]) => !known.has(name))
    .map(([, { name }]) => ({ path: `${path}.${key}`, message: `"${name}" depends on this step and ${what}` }));
}

function childFaults([index, { dependsOn, runIf }]: Indexed, parent: string): Fault[] {
  const faults: Fault[] = [];
  if (dependsOn.length > 1) {
    const message = `"${parent}" chooses it, so it can have no other parent; put a step between`;
    faults.push({ path: `steps[${index}].dependsOn`, message });
  }
  if (runIf === 'always') {
    faults.push({ path: `steps[${index}].runIf`, message: `"${parent}" chooses it, so it cannot run always` });
  }
  return faults;
}

function defaultFaults(cases: readonly SwitchCase[] | undefined, path: string): Fault[] {
  const list = listOf(cases);
  return list.flatMap((entry, index) =>
    isRecord(entry) && entry['when'] === undefined && index < list.length - 1
      ? [{ path: `${path}[${index}]`, message: 'has no "when": the default stands last' }]
      : [],
  );
}
