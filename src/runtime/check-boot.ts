import {
  DataMask,
  kindOf,
  liveFaults,
  nearestName,
  templateDigest,
  type Fault,
  type LiveEnvironment,
} from '@tasker/core';
import type { LoadedTemplate } from '../templates/sound-template';

/** A handler by name, and what it is in the host's code. @internal */
export interface NamedHandler {
  readonly name: string;
  readonly label: string;
}

/**
 * One of each template: a file met twice, by two modules, is one template; two different ones of one name and version
 * are a fault.
 *
 * @internal
 */
export function distinctTemplates(templates: readonly LoadedTemplate[], faults: Fault[]): LoadedTemplate[] {
  const byName = new Map<string, LoadedTemplate>();
  for (const template of templates) {
    const { namespace, name, version } = template.definition;
    const key = `${namespace}.${name}@${version}`;
    const other = byName.get(key);
    if (!other) byName.set(key, template);
    else if (templateDigest(other.definition) !== templateDigest(template.definition)) {
      faults.push({ path: template.origin, message: `${key} is defined otherwise by ${other.origin}` });
    }
  }
  return [...byName.values()];
}

/** Two handlers of one name: which of them would run is chance. @internal */
export function checkHandlerNames(handlers: readonly NamedHandler[]): Fault[] {
  const byName = new Map<string, NamedHandler>();
  return handlers.flatMap((handler) => {
    const other = byName.get(handler.name);
    if (!other) byName.set(handler.name, handler);
    return other
      ? [{ path: `handlers.${handler.name}`, message: `is the name of ${other.label} and of ${handler.label}` }]
      : [];
  });
}

/** Steps whose handler this process does not have, with the nearest one it has. @internal */
export function checkHandlersKnown(templates: readonly LoadedTemplate[], handlers: readonly NamedHandler[]): Fault[] {
  const known = new Set(handlers.map(({ name }) => name));
  return templates.flatMap(({ origin, definition }) =>
    definition.steps
      .filter((step) => kindOf(step) === 'handler' && !known.has(step.handler))
      .map((step) => ({ path: `${origin} steps.${step.name}.handler`, message: unknownHandler(step.handler, known) })),
  );
}

/** Steps whose handler asks for the results of steps that do not run before them. @internal */
export function checkResultsOf(
  templates: readonly LoadedTemplate[],
  handlers: readonly { readonly name: string; readonly resultsOf: readonly string[] }[],
): Fault[] {
  const wanted = new Map(handlers.map(({ name, resultsOf }) => [name, resultsOf]));
  return templates.flatMap(({ origin, definition: { steps } }) => {
    const parentsOf = new Map(steps.map(({ name, dependsOn }) => [name, dependsOn]));
    return steps.flatMap(({ name, handler }) => {
      const needed = wanted.get(handler) ?? [];
      if (needed.length === 0) return [];
      const before = namesAbove(parentsOf, name);
      return needed
        .filter((step) => !before.has(step))
        .map((step) => ({ path: `${origin} steps.${name}.handler`, message: notBefore(handler, step, before) }));
    });
  });
}

function namesAbove(parentsOf: ReadonlyMap<string, readonly string[]>, start: string): ReadonlySet<string> {
  // A set is walked in the order in which it grows.
  const above = new Set(parentsOf.get(start));
  for (const name of above) for (const parent of parentsOf.get(name) ?? []) above.add(parent);
  return above;
}

function notBefore(handler: string, step: string, before: ReadonlySet<string>): string {
  const near = nearestName(step, [...before]);
  const suggestion =
    near === undefined ? 'let it depend on that step, through others or directly' : `did you mean "${near}"?`;
  return `"${handler}" reads the result of "${step}", which does not run before it; ${suggestion}`;
}

/** Variables that steps are configured with and that are not set where they would run. @internal */
export function checkLiveVariables(templates: readonly LoadedTemplate[], env: LiveEnvironment): Fault[] {
  return templates.flatMap(({ origin, definition }) =>
    definition.steps.flatMap(({ name, handlerConfig }) =>
      liveFaults(handlerConfig, env).map((message) => ({ path: `${origin} steps.${name}.handlerConfig`, message })),
    ),
  );
}

/**
 * Search attributes of what is masked: they would be stored beside the context, and searched for one guess after the other.
 *
 * @param masked `masking.paths`
 */
export function checkMaskedAttributes(templates: readonly LoadedTemplate[], masked: readonly string[]): Fault[] {
  const mask = new DataMask(masked);
  return templates.flatMap(({ origin, definition: { searchAttributes = [] } }) =>
    searchAttributes
      .filter(({ path }) => isMasked(mask, path.split('.')))
      .map(({ name, path }) => ({
        path: `${origin} searchAttributes.${name}`,
        message: `is read from "${path}", which masking.paths hides; do not search by it, or do not mask it`,
      })),
  );
}

function isMasked(mask: DataMask, keys: readonly string[]): boolean {
  const context = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), '');
  return JSON.stringify(mask.of(context)) !== JSON.stringify(context);
}

/** Keys of the original that Tasker keeps and does not act on, by template: whoever moves over should know. @internal */
export function informationOnly(templates: readonly LoadedTemplate[]): { origin: string; keys: string[] }[] {
  return templates.flatMap(({ origin, definition }) => {
    const { configuration, monitoring, retryStrategies } = definition.origin ?? {};
    const values = { configuration, monitoring, retry_strategies: retryStrategies };
    const keys = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [key]));
    return keys.length > 0 ? [{ origin, keys }] : [];
  });
}

/** Handlers that no template names, sorted: a forgotten template, or a misspelt name. @internal */
export function unusedHandlers(
  templates: readonly LoadedTemplate[],
  handlers: readonly NamedHandler[],
): NamedHandler[] {
  const used = new Set(templates.flatMap(({ definition }) => definition.steps.map((step) => step.handler)));
  return handlers.filter(({ name }) => !used.has(name)).sort((a, b) => a.name.localeCompare(b.name));
}

function unknownHandler(name: string, known: ReadonlySet<string>): string {
  const near = nearestName(name, [...known]);
  const suggestion = near === undefined ? 'add its class to the providers of a module' : `did you mean "${near}"?`;
  return `no step handler is named "${name}"; ${suggestion}`;
}
