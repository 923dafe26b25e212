import { isRecord } from '../../data/record';
import type { Fault } from '../../errors/tasker-error';
import { LIST_LIMITS, TEXT_LIMITS } from '../request/field-limits';
import { BOUNDS, isRange } from './attribute-conditions';
import { fault, json, unknownKey, type Check } from './filter-checks';

const VALUES = 'must be a string, a number, true, false, a time, or bounds such as { gte: 10, lt: 20 }';

/** Conditions on search attributes. @internal */
export const attributes: Check = (path, value) => {
  if (!isRecord(value)) return fault(path, 'must be an object');
  const entries = Object.entries(value);
  const most = LIST_LIMITS.searchAttributes;
  if (entries.length === 0 || entries.length > most) return fault(path, `must have 1 to ${most} attributes`);
  const ranges = entries.filter(([, wanted]) => isRange(wanted)).length;
  const widest = LIST_LIMITS.searchRanges;
  if (ranges > widest) return fault(path, `must have bounds for at most ${widest} attributes`);
  const faults = entries.flatMap(([name, wanted]) => condition(`${path}.${name}`, name, wanted));
  return faults.length > 0 ? faults : json(path, value);
};

function condition(path: string, name: string, wanted: unknown): readonly Fault[] {
  const longest = TEXT_LIMITS.searchAttribute;
  if (name === '' || name.length > longest) return fault(path, `must have a name of 1 to ${longest} characters`);
  if (!isRange(wanted)) return isValue(wanted) ? [] : fault(path, VALUES);
  const bounds = Object.entries(wanted).filter(([, bound]) => bound !== undefined);
  if (Array.isArray(wanted) || bounds.length === 0) return fault(path, VALUES);
  const faults = bounds.flatMap(([key, bound]) => {
    if (!(BOUNDS as readonly string[]).includes(key)) return unknownKey(`${path}.${key}`, key, BOUNDS);
    const sound = isValue(bound) && typeof bound !== 'boolean';
    return sound ? [] : fault(`${path}.${key}`, 'must be a number, a string or a time');
  });
  if (faults.length > 0) return faults;
  const numbers = bounds.filter(([, bound]) => typeof bound === 'number').length;
  return numbers > 0 && numbers < bounds.length
    ? fault(path, 'must have bounds of one kind: numbers, or texts and times')
    : [];
}

function isValue(value: unknown): boolean {
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' || typeof value === 'boolean';
}
