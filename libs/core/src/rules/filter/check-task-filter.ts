import { TaskerError, type Fault } from '../../errors/tasker-error';
import { LIST_LIMITS, TEXT_LIMITS } from '../request/field-limits';
import { FAILURE_KINDS } from '../settlement/step-failure';
import { SHOWN_STEP_STATES } from '../states/step-state';
import { TASK_STATES } from '../states/task-state';
import { attributes } from './check-attributes';
import { fault, instant, json, jsonObject, unknownKey, type Check } from './filter-checks';
import type { TaskFilter } from './task-filter';

const MAX_ID = 9_223_372_036_854_775_807n;

/** Ids are positive bigints in decimal; anything else belongs to no task. @public */
export const isTaskId = (id: unknown): id is string =>
  typeof id === 'string' && /^[1-9]\d{0,18}$/.test(id) && BigInt(id) <= MAX_ID;

const text =
  (field: keyof typeof TEXT_LIMITS): Check =>
  (path, value) => {
    const longest = TEXT_LIMITS[field];
    if (typeof value !== 'string') return fault(path, 'must be a string');
    if (value === '' || value.length > longest) return fault(path, `must have 1 to ${longest} characters`);
    return value.includes('\u0000') || !value.isWellFormed()
      ? fault(path, 'must not contain NUL or half a surrogate pair')
      : [];
  };

const flag: Check = (path, value) => (typeof value === 'boolean' ? [] : fault(path, 'must be true or false'));

const oneOf =
  (known: readonly string[]): Check =>
  (path, value) =>
    known.includes(value as string) ? [] : fault(path, `must be one of ${known.join(', ')}`);

const listOf =
  (check: Check, limit: number = LIST_LIMITS.filterValues): Check =>
  (path, value) => {
    if (!Array.isArray(value)) return fault(path, 'must be a list');
    if (value.length === 0 || value.length > limit) return fault(path, `must have 1 to ${limit} entries`);
    return value.flatMap((entry, index) => check(`${path}[${index}]`, entry));
  };

const oneOrMore =
  (check: Check): Check =>
  (path, value) =>
    Array.isArray(value) ? listOf(check)(path, value) : check(path, value);

const annotation: Check = (path, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(path, 'must be an object');
  const { type, contains, ...others } = value as Record<string, unknown>;
  return [
    ...Object.keys(others).flatMap((key) => unknownKey(`${path}.${key}`, key, ['type', 'contains'])),
    ...text('annotationType')(`${path}.type`, type),
    ...(contains === undefined ? [] : json(`${path}.contains`, contains)),
  ];
};

const taskId: Check = (path, value) => (isTaskId(value) ? [] : fault(path, 'must be the id of a task'));

/** One check per field; the type makes a missing one a compile error. */
const CHECKS: Readonly<Record<keyof TaskFilter, Check>> = {
  ids: listOf(taskId),
  state: oneOrMore(oneOf(TASK_STATES)),
  namespace: oneOrMore(text('namespace')),
  ...{ name: text('templateName'), version: text('version'), step: text('stepName'), hold: flag },
  ...{ identity: text('identity'), correlationId: text('correlationId'), initiator: text('initiator') },
  ...{ sourceSystem: text('sourceSystem'), errorFingerprint: text('errorFingerprint') },
  errorMessage: text('errorMessage'),
  tags: listOf(text('tag'), LIST_LIMITS.tags),
  ...{ requestedAfter: instant, requestedBefore: instant, finishedAfter: instant, finishedBefore: instant },
  ...{ attributes, context: jsonObject, annotation },
  stepState: oneOrMore(oneOf(SHOWN_STEP_STATES)),
  errorKind: oneOf(FAILURE_KINDS),
};

/** Names of the fields of a filter. @public */
export const TASK_FILTER_FIELDS: readonly string[] = Object.keys(CHECKS);

/**
 * Every fault of a filter; fields that are `undefined` count as not given.
 *
 * @param alsoKnown names of further fields that the caller checks itself
 * @returns in the order of the filter's fields
 * @internal
 */
export function taskFilterFaults(filter: object, alsoKnown: readonly string[] = []): Fault[] {
  const given = Object.entries(filter).filter(([key, value]) => value !== undefined && !alsoKnown.includes(key));
  const faults = given.flatMap(([key, value]) =>
    Object.hasOwn(CHECKS, key)
      ? CHECKS[key as keyof TaskFilter](key, value)
      : unknownKey(key, key, [...TASK_FILTER_FIELDS, ...alsoKnown]),
  );
  const { step, stepState } = filter as TaskFilter;
  if (stepState !== undefined && step === undefined) faults.push({ path: 'stepState', message: 'needs step' });
  return faults;
}

/**
 * Checks a filter of tasks.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @public
 */
export function checkTaskFilter(filter: TaskFilter): void {
  const details = taskFilterFaults(filter);
  if (details.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The filter is invalid.', { details });
}
