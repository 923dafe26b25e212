import { nearestName, TASK_STATES, TaskerError, type Fault } from '@tasker/core';
import type { TaskQuery } from './task-views';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const KEYS = ['state', 'namespace', 'name', 'limit', 'cursor'];

/** Ids are positive bigints in decimal; anything else belongs to no task. @internal */
export const isTaskId = (id: string): boolean => /^[1-9]\d{0,18}$/.test(id) && BigInt(id) <= 9_223_372_036_854_775_807n;

/**
 * Checks a query.
 *
 * @returns how many rows to ask for at most
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @internal
 */
export function checkTaskQuery(query: TaskQuery): number {
  const faults: Fault[] = [];
  for (const key of Object.keys(query).filter((name) => !KEYS.includes(name))) {
    const near = nearestName(key, KEYS);
    faults.push({
      path: key,
      message: `unknown field; ${near === undefined ? `known: ${KEYS.join(', ')}` : `did you mean "${near}"?`}`,
    });
  }
  const { state, limit = DEFAULT_LIMIT, cursor } = query;
  if (state !== undefined && !TASK_STATES.includes(state)) {
    faults.push({ path: 'state', message: `must be one of ${TASK_STATES.join(', ')}` });
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    faults.push({ path: 'limit', message: `must be an integer from 1 to ${MAX_LIMIT}` });
  }
  if (cursor !== undefined && !isTaskId(cursor))
    faults.push({ path: 'cursor', message: 'must be the nextCursor of a page' });
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The query is invalid.', { details: faults });
  return limit;
}
