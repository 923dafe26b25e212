import type { StepTemplateDefinition, TaskTemplateDefinition } from '@tasker/core';

/** A step of a test template: handler `noop` and three attempts 5 ms apart, unless told otherwise. */
export function step(
  name: string,
  dependsOn: readonly string[] = [],
  changes: Partial<StepTemplateDefinition> = {},
): StepTemplateDefinition {
  return {
    name,
    handler: 'noop',
    dependsOn,
    retryable: true,
    retryLimit: 3,
    backoff: { initialMs: 5, jitter: 0 },
    timeoutMs: null,
    skippable: false,
    queue: 'default',
    onWorkerLoss: 'retry',
    handlerConfig: {},
    customEvents: [],
    ...changes,
  };
}

export function template(
  name: string,
  steps: readonly StepTemplateDefinition[],
  changes: Partial<TaskTemplateDefinition> = {},
): TaskTemplateDefinition {
  return { namespace: 'default', name, version: '1.0.0', customEvents: [], handlerConfig: {}, steps, ...changes };
}

/** Steps `s0` → `s1` → …, one after the other. */
export const chain = (length: number, changes: Partial<StepTemplateDefinition> = {}): StepTemplateDefinition[] =>
  Array.from({ length }, (_, index) => step(`s${index}`, index === 0 ? [] : [`s${index - 1}`], changes));

/** `first`, then `middle0` … in parallel, then `last`. */
export const fan = (width: number, changes: Partial<StepTemplateDefinition> = {}): StepTemplateDefinition[] => {
  const middle = Array.from({ length: width }, (_, index) => `middle${index}`);
  return [step('first'), ...middle.map((name) => step(name, ['first'], changes)), step('last', middle)];
};
