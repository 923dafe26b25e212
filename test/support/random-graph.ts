import type { StepTemplateDefinition } from '@tasker/core';
import { step } from './engine-templates';
import { below } from './seeded-random';

/** A random graph: every step depends on up to three earlier ones and runs with the handler `maybe`. */
export function randomSteps(random: () => number, retryLimit = 2): StepTemplateDefinition[] {
  return Array.from({ length: 3 + below(random, 10) }, (_, index) => {
    const parents = new Set(Array.from({ length: below(random, 4) }, () => below(random, Math.max(index, 1))));
    const names = index === 0 ? [] : [...parents].map((parent) => `s${parent}`);
    return step(`s${index}`, names, { handler: 'maybe', retryLimit, backoff: { initialMs: 1, jitter: 0 } });
  });
}

/** What must become of each step when exactly `failing` fail for good. */
export function expectedStates(steps: readonly StepTemplateDefinition[], failing: ReadonlySet<string>): string[] {
  const states = new Map<string, string>();
  for (const { name, dependsOn } of steps) {
    const free = dependsOn.every((parent) => states.get(parent) === 'complete');
    states.set(name, free ? (failing.has(name) ? 'error' : 'complete') : 'pending');
  }
  return [...states.values()];
}
