import { TaskerError, type Fault } from '../../errors/tasker-error';
import { nearestName } from '../../data/nearest-name';
import { isRecord } from '../../data/record';
import { LIST_LIMITS, TEXT_LIMITS } from './field-limits';
import type { TaskRequest } from './task-request';

/** Fields that are one text, with the longest of each. */
const TEXTS = {
  name: TEXT_LIMITS.templateName,
  namespace: TEXT_LIMITS.namespace,
  version: TEXT_LIMITS.version,
  identity: TEXT_LIMITS.identity,
  initiator: TEXT_LIMITS.initiator,
  sourceSystem: TEXT_LIMITS.sourceSystem,
  reason: TEXT_LIMITS.reason,
  correlationId: TEXT_LIMITS.correlationId,
  traceParent: TEXT_LIMITS.traceParent,
} as const;

const TEXT_ENTRIES = Object.entries(TEXTS) as [keyof typeof TEXTS, number][];
const KNOWN_KEYS = [...Object.keys(TEXTS), 'context', 'onDuplicate', 'priority', 'tags', 'bypassSteps'];
const KNOWN: ReadonlySet<string> = new Set(KNOWN_KEYS);

/** @throws {TaskerError} TSK_REQUEST_INVALID with every fault of the request's shape */
export function checkTaskRequest(request: TaskRequest): void {
  if (!isRecord(request)) throw invalid([{ path: '', message: 'must be an object' }]);
  const faults: Fault[] = [];
  for (const key of Object.keys(request)) {
    if (KNOWN.has(key)) continue;
    const near = nearestName(key, KNOWN_KEYS);
    faults.push({ path: key, message: `unknown field${near === undefined ? '' : `; did you mean "${near}"?`}` });
  }
  for (const [key, limit] of TEXT_ENTRIES) checkText(faults, key, request[key], limit);
  if (request.name === undefined) faults.push({ path: 'name', message: 'is required' });
  const { priority, onDuplicate } = request;
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= -100 && priority <= 100)) {
    faults.push({ path: 'priority', message: 'must be an integer from -100 to 100' });
  }
  if (onDuplicate !== undefined && onDuplicate !== 'reject' && onDuplicate !== 'return') {
    faults.push({ path: 'onDuplicate', message: 'must be "reject" or "return"' });
  }
  checkList(faults, 'tags', request.tags, LIST_LIMITS.tags, TEXT_LIMITS.tag);
  checkList(faults, 'bypassSteps', request.bypassSteps, LIST_LIMITS.steps, TEXT_LIMITS.stepName);
  if (faults.length > 0) throw invalid(faults);
}

const invalid = (details: readonly Fault[]): TaskerError =>
  new TaskerError('TSK_REQUEST_INVALID', 'The task request is invalid.', { details });

/**
 * What a host's own strategy answers is written beside the tasks of other callers, so it is checked like a request's.
 *
 * @returns it; null: the task need not be the only one
 * @throws {TaskerError} TSK_REQUEST_INVALID
 */
export function checkIdentity(identity: unknown): string | null {
  const faults: Fault[] = [];
  checkText(faults, 'identity', identity ?? undefined, TEXT_LIMITS.identity);
  if (faults.length > 0)
    throw new TaskerError('TSK_REQUEST_INVALID', 'The identity that the strategy gave is invalid.', {
      details: faults,
    });
  return typeof identity === 'string' ? identity : null;
}

function checkText(faults: Fault[], path: string, value: unknown, limit: number): void {
  if (value === undefined) return;
  if (typeof value !== 'string') faults.push({ path, message: 'must be a string' });
  else if (value === '' || value.length > limit) faults.push({ path, message: `must have 1 to ${limit} characters` });
  else if (!isStorable(value)) faults.push({ path, message: 'must not contain NUL or half a surrogate pair' });
}

function checkList(faults: Fault[], path: string, value: unknown, limit: number, longest: number): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) return void faults.push({ path, message: 'must be a list of strings' });
  if (value.length > limit) faults.push({ path, message: `must have at most ${limit} entries` });
  // By index: `forEach` would pass over the holes of a list.
  for (let index = 0; index < value.length; index++) {
    checkText(faults, `${path}[${index}]`, (value as unknown[])[index] ?? null, longest);
  }
}

const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();
