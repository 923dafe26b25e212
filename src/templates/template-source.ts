import type { StepHandler, TaskTemplateDefinition, TaskTemplateInput } from '@tasker/core';

/** What `defineTask(…).build()` gives, with its types left behind. @public */
export interface BuiltTask {
  readonly definition: TaskTemplateDefinition;
  readonly input: TaskTemplateInput;
  readonly inlineHandlers: ReadonlyMap<string, StepHandler['process']>;
}

/** A path or glob of YAML files, a template as an object, or one made by `defineTask`. @public */
export type TemplateSource = string | TaskTemplateInput | TaskTemplateDefinition | BuiltTask;

/** True for what `defineTask(…).build()` gives. @internal */
export const isBuiltTask = (source: unknown): source is BuiltTask =>
  typeof source === 'object' && source !== null && 'definition' in source && 'inlineHandlers' in source;
