import { nearestName, taskFilterFaults, TaskerError, type Fault, type Instant } from '@tasker/core';
import type { PerformanceQuery, RankedQuery } from './analytics-views';

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;
const GROUPINGS = ['all', 'namespace', 'template', 'version', 'step'] as const;
const KNOWN = ['namespace', 'name', 'version', 'since', 'until', 'limit', 'groupBy'];

/** A query that was checked, with its defaults. @internal */
export interface AnalyticsScope {
  readonly since: Date;
  readonly until: Date;
  readonly limit: number;
  readonly groupBy: (typeof GROUPINGS)[number];
  readonly namespaces: readonly string[] | null;
  readonly name: string | null;
  readonly version: string | null;
}

/**
 * Checks a query about a window of time.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @internal
 */
export function checkAnalyticsQuery(query: RankedQuery & PerformanceQuery, now: Date): AnalyticsScope {
  const { since, until, limit = DEFAULT_LIMIT, groupBy = 'template', namespace, name, version, ...others } = query;
  const faults = [...Object.keys(others).map(unknownField), ...taskFilterFaults({ namespace, name, version })];
  const end = readInstant('until', until, now, faults);
  const start = readInstant('since', since, new Date(end.getTime() - DAY_MS), faults);
  if (start >= end) faults.push({ path: 'since', message: 'must be before until' });
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    faults.push({ path: 'limit', message: `must be an integer from 1 to ${MAX_LIMIT}` });
  }
  if (!GROUPINGS.includes(groupBy)) faults.push({ path: 'groupBy', message: `must be one of ${GROUPINGS.join(', ')}` });
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The query is invalid.', { details: faults });
  const namespaces = namespace === undefined ? null : typeof namespace === 'string' ? [namespace] : namespace;
  return { since: start, until: end, limit, groupBy, namespaces, name: name ?? null, version: version ?? null };
}

function unknownField(path: string): Fault {
  const near = nearestName(path, KNOWN);
  return {
    path,
    message: `unknown field; ${near === undefined ? `known: ${KNOWN.join(', ')}` : `did you mean "${near}"?`}`,
  };
}

function readInstant(path: string, value: Instant | undefined, fallback: Date, faults: Fault[]): Date {
  if (value === undefined) return fallback;
  const found = taskFilterFaults({ requestedAfter: value });
  faults.push(...found.map(({ message }) => ({ path, message })));
  return found.length > 0 ? fallback : new Date(value);
}
