import type { Schema, SchemaObject } from '../openapi/model';
import { oneOf } from '../openapi/schema-parts';
import type { OperationSpec } from '../operation/operation-spec';
import {
  BOTTLENECKS,
  FAILURE_GROUPS,
  HEALTH_COUNTS,
  PERFORMANCE,
  RANKED_QUERY,
  SLOWEST_STEPS,
  SLOWEST_TASKS,
  WINDOW_QUERY,
} from '../schemas/analytics.schemas';

const report = (
  name: string,
  summary: string,
  schema: Schema,
  query: Readonly<Record<string, SchemaObject>> = RANKED_QUERY,
): OperationSpec => ({
  id: `analytics_${name}`,
  route: `GET ${name}`,
  permission: 'tasker.analytics:index',
  searches: true,
  ...{ summary, query },
  answers: { 200: { description: summary, schema } },
});

const GROUPINGS = ['all', 'namespace', 'template', 'version', 'step'];

/** @internal */
export const SHOW_PERFORMANCE = report('performance', 'Report counts and percentiles of a window', PERFORMANCE, {
  ...WINDOW_QUERY,
  groupBy: oneOf(GROUPINGS, 'By what to group.', { default: 'template' }),
});
/** @internal */
export const SHOW_BOTTLENECKS = report('bottlenecks', 'Report where the time of a window went', BOTTLENECKS);
/** @internal */
export const SHOW_FAILURE_GROUPS = report('failure_groups', 'Report failures gathered by cause', FAILURE_GROUPS);
/** @internal */
export const SHOW_SLOWEST_STEPS = report('slowest_steps', 'Report the slowest attempts of a window', SLOWEST_STEPS);
/** @internal */
export const SHOW_SLOWEST_TASKS = report('slowest_tasks', 'Report the slowest tasks of a window', SLOWEST_TASKS);
/** @internal */
export const SHOW_HEALTH_COUNTS: OperationSpec = {
  ...report('health_counts', 'Report how everything stands now', HEALTH_COUNTS, {}),
  description: 'Of all namespaces together, so it is for callers who may see all of them.',
};
