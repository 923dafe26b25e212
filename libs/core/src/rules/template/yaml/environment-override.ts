import type { PathSegments } from '../../../data/fault-path';
import { didYouMean } from '../../../data/nearest-name';
import { isRecord, type UnknownRecord } from '../../../data/record';
import { STEP_KEYS, synonyms, TEMPLATE_KEYS } from './template-keys';
import type { PlacedFault } from './yaml-document';

/** What an environment changes: any key of a template but `environments` itself. */
const OVERRIDABLE = TEMPLATE_KEYS.filter((key) => key !== 'environments');

/**
 * Merges `environments[environment]` over the template: mappings key by key, steps by name, everything else replaced.
 * `environments` itself is removed.
 *
 * @internal
 */
export function applyEnvironment(template: UnknownRecord, environment: string | undefined): UnknownRecord {
  const { environments, ...base } = template;
  const override = environment !== undefined && isRecord(environments) ? environments[environment] : undefined;
  if (!isRecord(override)) return base;
  const { step_templates: steps, ...rest } = override;
  const merged = merge(base, rest);
  if (!Array.isArray(base['step_templates']) || !Array.isArray(steps)) return merged;
  return { ...merged, step_templates: base['step_templates'].map((step) => mergeStep(step, steps)) };
}

/**
 * What is wrong with any of the environments, whichever is chosen: unknown keys, and steps the template does not have.
 *
 * @internal
 */
export function environmentFaults({ environments, step_templates: steps }: UnknownRecord): PlacedFault[] {
  if (environments === undefined || environments === null) return [];
  if (!isRecord(environments)) return [{ at: ['environments'], message: 'must be a mapping by environment' }];
  const names = Array.isArray(steps) ? steps.map((step) => String(nameOf(step))) : [];
  return Object.entries(environments).flatMap(([environment, override]) => {
    if (override === null) return [];
    const at = ['environments', environment];
    if (!isRecord(override)) return [{ at, message: 'must be a mapping' }];
    return [
      ...unknownKeys(override, at, OVERRIDABLE),
      ...stepFaults(override['step_templates'], [...at, 'step_templates'], names),
    ];
  });
}

/** The place where a value of the merged template was written, if the environment overrides it. @internal */
export function overridePlace(template: unknown, environment: string, at: PathSegments): PathSegments {
  const place = ['environments', environment, ...at];
  const [first, index, ...rest] = at;
  if (first !== 'step_templates' || typeof index !== 'number') return place;
  const { environments, step_templates: steps } = isRecord(template) ? template : {};
  const override = isRecord(environments) ? environments[environment] : undefined;
  const overrides = isRecord(override) ? override['step_templates'] : undefined;
  if (!Array.isArray(overrides) || !Array.isArray(steps)) return place;
  const position = overrides.findIndex((step) => nameOf(step) === nameOf(steps[index]));
  return ['environments', environment, 'step_templates', position, ...rest];
}

/** Keys that are not known, each with the nearest that is. @internal */
export function unknownKeys(record: UnknownRecord, at: PathSegments, known: readonly string[]): PlacedFault[] {
  return Object.keys(record)
    .filter((key) => !known.includes(key))
    .map((key) => ({ at: [...at, key], message: `is not a known key${didYouMean(key, known)}` }));
}

function stepFaults(steps: unknown, at: PathSegments, names: readonly string[]): PlacedFault[] {
  if (steps === undefined || steps === null) return [];
  if (!Array.isArray(steps)) return [{ at, message: 'must be a list of steps' }];
  return steps.flatMap((step: unknown, index): PlacedFault[] => {
    const here = [...at, index];
    if (!isRecord(step)) return [{ at: here, message: 'must be a mapping' }];
    const faults = unknownKeys(step, here, STEP_KEYS);
    const { name } = step;
    if (typeof name !== 'string') return [...faults, { at: [...here, 'name'], message: 'must name a step' }];
    if (names.includes(name)) return faults;
    const message = `the template has no step "${name}"${didYouMean(name, names)}; environments change steps, they add none`;
    return [...faults, { at: [...here, 'name'], message }];
  });
}

function mergeStep(step: unknown, overrides: readonly unknown[]): unknown {
  const override = overrides.find((other) => nameOf(other) === nameOf(step));
  if (!isRecord(step) || !isRecord(override)) return step;
  const replaced = new Set(Object.keys(override).flatMap(synonyms));
  return merge(Object.fromEntries(Object.entries(step).filter(([key]) => !replaced.has(key))), override);
}

function merge(base: UnknownRecord, override: UnknownRecord): UnknownRecord {
  const entries = Object.entries(override).map(([key, value]): [string, unknown] => {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, isRecord(before) && isRecord(value) ? merge(before, value) : value];
  });
  return Object.fromEntries([...Object.entries(base), ...entries]);
}

const nameOf = (step: unknown): unknown => (isRecord(step) ? step['name'] : undefined);
