import {
  isTaskerError,
  parseTemplateYaml,
  type Fault,
  type ParseTemplateOptions,
  type StepHandler,
} from '@tasker/core';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { soundTemplate, type LoadedTemplate } from './sound-template';
import { readTemplateFiles, type TemplateFile } from './template-files';
import { isBuiltTask, type TemplateSource } from './template-source';

/** Everything that the sources gave. @internal */
export interface LoadedTemplates {
  /** Sound ones only. */
  readonly templates: LoadedTemplate[];
  /** Functions written into `defineTask`, by handler name. */
  readonly inlineHandlers: ReadonlyMap<string, StepHandler['process']>;
  readonly faults: Fault[];
}

/** Reads all sources; what is wrong with one does not hide what is wrong with the next. @internal */
export function loadTemplates(
  sources: readonly TemplateSource[],
  { environment, env, handlers, stepDefaults }: ResolvedTaskerOptions['templates'],
): LoadedTemplates {
  const faults: Fault[] = [];
  const inlineHandlers = new Map<string, StepHandler['process']>();
  const patterns = sources.filter((source) => typeof source === 'string');
  const templates = readTemplateFiles(patterns, faults).flatMap((file) =>
    parseFile(file, { source: file.path, environment, env, handlers, stepDefaults }, faults),
  );
  sources.forEach((source, index) => {
    if (typeof source === 'string') return;
    if (isBuiltTask(source)) for (const [name, process] of source.inlineHandlers) inlineHandlers.set(name, process);
    const input = isBuiltTask(source) ? source.input : source;
    templates.push(...soundTemplate(`templates[${index}]`, input, faults, stepDefaults));
  });
  return { templates, inlineHandlers, faults };
}

function parseFile({ path, text }: TemplateFile, options: ParseTemplateOptions, faults: Fault[]): LoadedTemplate[] {
  try {
    return parseTemplateYaml(text, options).map((definition) => ({ origin: path, definition }));
  } catch (error) {
    if (!isTaskerError(error)) throw error;
    faults.push(...error.details.map((fault) => ({ path: `${path} ${fault.path}`.trimEnd(), message: fault.message })));
    return [];
  }
}
