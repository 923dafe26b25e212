import { isRecord } from '../../data/record';
import type { Fault } from '../../errors/tasker-error';
import type { StepTemplateDefinition } from './definition';
import { ENGINE_DECIDED, STEP_DEFAULTS } from './step-defaults';
import { ENGINE_NAME, KIND_KEYS, kindOf, type StepKind } from './step-kind';

type Key = keyof StepTemplateDefinition;

/** What a step may say whatever it is. */
const COMMON: readonly Key[] = ['name', 'description', 'dependsOn', 'dependentSystem', 'when', 'runIf'];

/** What else a step may say that the engine decides itself; the keys that make it one are added. */
const OWN: Readonly<Record<Exclude<StepKind, 'handler'>, readonly Key[]>> = {
  switch: [],
  sleep: ['skippable'],
  wait_for: ['skippable'],
  approval: ['skippable'],
};

/**
 * Keys that a step of its kind has no use for, keys of two kinds at once, and names that are the engine's. What is at its
 * default is as good as not written.
 *
 * @param path of the step, a dot at its end
 * @internal
 */
export function kindFaults(step: StepTemplateDefinition, path: string): Fault[] {
  const kind = kindOf(step);
  if (kind === 'handler') return reservedNames(step, path);
  const given = (Object.keys(KIND_KEYS) as (keyof typeof KIND_KEYS)[]).filter((key) => step[key] !== undefined);
  const others = given.filter((key) => KIND_KEYS[key] !== kind);
  const allowed: readonly string[] = [...COMMON, ...OWN[kind], ...given];
  const useless = Object.entries(step).filter(([key, value]) => !allowed.includes(key) && !isDefault(key, value));
  return [
    ...others.map((key) => ({ path: path + key, message: `a step is of one kind, and this one has "${given[0]}"` })),
    ...useless.map(([key]) => ({ path: path + key, message: `has no meaning in a step with "${given[0]}"` })),
  ];
}

function reservedNames({ handler, queue }: StepTemplateDefinition, path: string): Fault[] {
  return Object.entries({ handler, queue })
    .filter(([, name]) => name === ENGINE_NAME)
    .map(([key]) => ({ path: path + key, message: "names that begin with @ are the engine's own" }));
}

const ENGINE_DEFAULTS: Readonly<Record<string, unknown>> = {
  ...STEP_DEFAULTS,
  ...ENGINE_DECIDED,
};

function isDefault(key: string, value: unknown): boolean {
  const byDefault = ENGINE_DEFAULTS[key];
  if (Array.isArray(byDefault)) return Array.isArray(value) && value.length === 0;
  return isRecord(byDefault) ? isRecord(value) && Object.keys(value).length === 0 : value === byDefault;
}
