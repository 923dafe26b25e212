import { nearestName, templateDigest, type Fault } from '@tasker/core';
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
      .filter((step) => !known.has(step.handler))
      .map((step) => ({ path: `${origin} steps.${step.name}.handler`, message: unknownHandler(step.handler, known) })),
  );
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
