import { canonicalJson, type TaskTemplateDefinition } from '@tasker/core';

/** One difference between two templates. @internal */
export interface Difference {
  /** Field, or `steps.<name>.<field>`. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Null when it was added. */
  readonly from: unknown;
  /** Null when it was removed. */
  readonly to: unknown;
}

/**
 * What turns one template into the other: its fields, then its steps by name, then their order.
 *
 * @returns empty when both have the same digest
 * @internal
 */
export function differences(from: TaskTemplateDefinition, to: TaskTemplateDefinition): Difference[] {
  const { steps: fromSteps, ...fromFields } = from;
  const { steps: toSteps, ...toFields } = to;
  const before = new Map(fromSteps.map((step) => [step.name, step]));
  const after = new Map(toSteps.map((step) => [step.name, step]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const ofSteps = names.flatMap((name): Difference[] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old && now) return fieldDifferences(`steps.${name}.`, old, now);
    return [{ path: `steps.${name}`, kind: old ? 'removed' : 'added', from: old ?? null, to: now ?? null }];
  });
  return [
    ...fieldDifferences('', fromFields, toFields),
    ...ofSteps,
    ...orderDifference([...before.keys()], [...after.keys()]),
  ];
}

function fieldDifferences(prefix: string, from: object, to: object): Difference[] {
  const [old, now] = [from as Record<string, unknown>, to as Record<string, unknown>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((field): Difference[] => {
    const [a, b] = [old[field], now[field]];
    if (canonicalJson(a ?? null) === canonicalJson(b ?? null)) return [];
    const kind = a === undefined ? 'added' : b === undefined ? 'removed' : 'changed';
    return [{ path: `${prefix}${field}`, kind, from: a ?? null, to: b ?? null }];
  });
}

/** The order is part of a revision. Only told when the same steps stand in another one. */
function orderDifference(before: readonly string[], after: readonly string[]): Difference[] {
  const kept = before.filter((name) => after.includes(name));
  const now = after.filter((name) => before.includes(name));
  if (canonicalJson(kept) === canonicalJson(now)) return [];
  return [{ path: 'steps', kind: 'changed', from: kept, to: now }];
}
