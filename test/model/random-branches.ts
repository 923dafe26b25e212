import type { StepTemplateDefinition, SwitchCase } from '@tasker/core';
import { below } from '../support/seeded-random';

type Random = () => number;

/**
 * Gives a graph branches: conditions, switches, handlers that choose, joins that say what they need. Whose children are
 * chosen gets them for itself, so some edges go. Conditions read `take` of the context, cases `pick`, by the step's name.
 */
export function withBranches(steps: readonly StepTemplateDefinition[], random: Random): StepTemplateDefinition[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const childrenOf = (name: string) => [...byName.values()].filter(({ dependsOn }) => dependsOn.includes(name));
  const choosing = new Set<string>();
  for (const { name } of steps) {
    const children = childrenOf(name);
    const free = children.every(({ dependsOn }) => !dependsOn.some((parent) => choosing.has(parent)));
    if (random() > 0.25 || children.length === 0 || !free) continue;
    choosing.add(name);
    for (const child of children) byName.set(child.name, { ...child, dependsOn: [name] });
  }
  return steps.map(({ name }) => {
    const step = decided(byName.get(name) as StepTemplateDefinition, random);
    if (!choosing.has(name)) return random() < 0.1 ? asSleep(step, random) : step;
    const children = childrenOf(name).map((child) => child.name);
    return random() < 0.5 ? asSwitch(step, children, random) : { ...step, choices: someOf(children, random, 1) };
  });
}

function decided(step: StepTemplateDefinition, random: Random): StepTemplateDefinition {
  const lot = step.dependsOn.length === 0 ? 1 : random();
  return {
    ...step,
    ...(random() < 0.25 && { when: `context.take.${step.name}` }),
    ...(lot < 0.2 && { runIf: lot < 0.1 ? ('all' as const) : ('always' as const) }),
  };
}

/** Every child in one case; often the last case is the default, sometimes the default has nobody. */
function asSwitch(step: StepTemplateDefinition, children: readonly string[], random: Random): StepTemplateDefinition {
  const groups: string[][] = Array.from({ length: 1 + below(random, 3) }, () => []);
  for (const child of children) groups[below(random, groups.length)]?.push(child);
  const cases = groups
    .filter((group) => group.length > 0)
    .map((group, index): SwitchCase => ({ when: `context.pick.${step.name} == ${index}`, steps: group }));
  const last = random() < 0.5 ? cases.pop() : undefined;
  const otherwise: SwitchCase[] = last ? [{ steps: last.steps }] : random() < 0.4 ? [{ steps: [] }] : [];
  return {
    ...byEngine(step),
    // A switch that has a default only is none.
    switch: cases.length > 0 ? [...cases, ...otherwise] : [{ when: 'true', steps: children }],
  };
}

/** Sleeps for a moment, so that whoever waits is woken while others act. */
const asSleep = (step: StepTemplateDefinition, random: Random): StepTemplateDefinition => ({
  ...byEngine(step),
  sleepMs: 1 + below(random, 30),
});

/** What is left of a step that has no handler. */
const byEngine = ({ choices: _, ...step }: StepTemplateDefinition): StepTemplateDefinition => ({
  ...{ ...step, handler: '@engine', queue: '@engine', timeoutMs: null, skippable: false },
});

/** At least so many of them, in their order. */
export function someOf<T>(items: readonly T[], random: Random, least: number): T[] {
  const left = new Set(items.filter(() => random() < 0.4));
  const kept = items.filter((item) => !left.has(item));
  return kept.length >= least ? kept : items.slice(0, least);
}
