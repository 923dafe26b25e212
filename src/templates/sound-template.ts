import {
  checkDefinition,
  normaliseTemplate,
  type Fault,
  type StepDefaults,
  type TaskTemplateDefinition,
  type TaskTemplateInput,
} from '@tasker/core';

/** A template and where it came from. @internal */
export interface LoadedTemplate {
  /** File, class or place in the options, for messages. */
  readonly origin: string;
  readonly definition: TaskTemplateDefinition;
}

/** The template with its defaults filled in, or none after what is wrong with it was collected. @internal */
export function soundTemplate(
  origin: string,
  input: TaskTemplateInput,
  faults: Fault[],
  defaults: StepDefaults = {},
): LoadedTemplate[] {
  const definition = normaliseTemplate(input, defaults);
  const own = checkDefinition(definition);
  faults.push(...own.map(({ path, message }) => ({ path: `${origin} ${path}`.trimEnd(), message })));
  return own.length > 0 ? [] : [{ origin, definition }];
}
