import { isTaskerError, normaliseTemplate, parseTemplateYaml } from '@tasker/core';
import type { Fault, StepHandler, TaskTemplateDefinition, TaskTemplateInput } from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { readTemplateFiles } from './template-files';
import { isBuiltTask, type TemplateSource } from './template-source';

/** A template and where it came from. @internal */
export interface LoadedTemplate {
  /** File, class or place in the options, for messages. */
  readonly origin: string;
  readonly definition: TaskTemplateDefinition;
}

/** Everything that the sources gave. @internal */
export interface LoadedTemplates {
  readonly templates: LoadedTemplate[];
  /** Functions written into `defineTask`, by handler name. */
  readonly inlineHandlers: ReadonlyMap<string, StepHandler['process']>;
  readonly faults: Fault[];
}

/** Reads all sources; what is wrong with one does not hide what is wrong with the next. @internal */
export function loadTemplates(
  sources: readonly TemplateSource[],
  options: ResolvedTaskerOptions['templates'],
): LoadedTemplates {
  const faults: Fault[] = [];
  const templates: LoadedTemplate[] = [];
  const inlineHandlers = new Map<string, StepHandler['process']>();
  const collect = (origin: string, load: () => readonly TaskTemplateDefinition[]): void => {
    const definitions = attempt(origin, load, faults);
    templates.push(...definitions.map((definition) => ({ origin, definition })));
  };
  const { environment, env, handlers } = options;
  const parsing = { env, handlers, ...(environment === undefined ? {} : { environment }) };
  const patterns = sources.filter((source) => typeof source === 'string');
  for (const { path, text } of readTemplateFiles(patterns, faults)) {
    collect(path, () => parseTemplateYaml(text, { source: path, ...parsing }));
  }
  sources.forEach((source, index) => {
    if (typeof source === 'string') return;
    if (isBuiltTask(source)) for (const [name, process] of source.inlineHandlers) inlineHandlers.set(name, process);
    const input: TaskTemplateInput = isBuiltTask(source) ? source.definition : source;
    collect(`templates[${index}]`, () => [normaliseTemplate(input)]);
  });
  return { templates, inlineHandlers, faults };
}

/** The definitions, or none after their faults were collected. @internal */
export function attempt(
  origin: string,
  load: () => readonly TaskTemplateDefinition[],
  faults: Fault[],
): readonly TaskTemplateDefinition[] {
  try {
    return load();
  } catch (error) {
    if (!isTaskerError(error)) throw error;
    const details = error.details.length > 0 ? error.details : [{ path: '', message: error.message }];
    faults.push(...details.map(({ path, message }) => ({ path: `${origin} ${path}`.trimEnd(), message })));
    return [];
  }
}
