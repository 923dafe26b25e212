import { TaskerError, taskFilterFaults, type TaskFilter } from '@tasker/core';
import { readCursor, type TaskCursor } from './task-cursor';
import type { TaskQuery } from './task-views';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const PAGING = ['limit', 'cursor', 'order', 'withProgress', 'withErrors'];

/** A query that was checked. @internal */
export interface CheckedQuery {
  readonly filter: TaskFilter;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after: TaskCursor | undefined;
  readonly withProgress: boolean;
  readonly withErrors: boolean;
}

/**
 * Checks a query and takes it apart.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @internal
 */
export function checkTaskQuery(query: TaskQuery): CheckedQuery {
  const { limit = DEFAULT_LIMIT, cursor, order = 'desc', withProgress = false, withErrors = false, ...filter } = query;
  const faults = taskFilterFaults(query, PAGING);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    faults.push({ path: 'limit', message: `must be an integer from 1 to ${MAX_LIMIT}` });
  }
  const after = readCursor(cursor);
  if (cursor !== undefined && !after) faults.push({ path: 'cursor', message: 'must be the nextCursor of a page' });
  if (order !== 'asc' && order !== 'desc') faults.push({ path: 'order', message: 'must be one of asc, desc' });
  for (const [path, flag] of Object.entries({ withProgress, withErrors }))
    if (typeof flag !== 'boolean') faults.push({ path, message: 'must be true or false' });
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The query is invalid.', { details: faults });
  return { filter, limit, order, after, withProgress, withErrors };
}
