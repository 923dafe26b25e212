import type { StepTemplateDefinition } from './definition';
import { walkGraph } from './graph';
import { isChoice } from './step-kind';

type Node = Pick<StepTemplateDefinition, 'name' | 'dependsOn' | 'when' | 'switch' | 'choices'>;

/**
 * Names of the steps that a branch may leave out, or that run after one: only those have to look at how their parents
 * ended. Linear; empty when nothing branches.
 *
 * @internal
 */
export function branchedSteps(steps: readonly Node[]): ReadonlySet<string> {
  const choices = new Set(steps.filter(isChoice).map(({ name }) => name));
  const branched = new Set<string>();
  if (choices.size === 0 && steps.every(({ when }) => when === undefined)) return branched;
  for (const position of walkGraph(steps).order) {
    const step = steps[position];
    if (!step) continue;
    const { name, when, dependsOn } = step;
    if (when !== undefined || dependsOn.some((parent) => choices.has(parent) || branched.has(parent))) {
      branched.add(name);
    }
  }
  return branched;
}
