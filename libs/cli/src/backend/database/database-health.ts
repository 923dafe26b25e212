import { WatchConnection, type Standing, type Trends } from '@tasker/postgres';
import type { HealthStatus } from '../backend-views';
import { toWire } from '../wire';

const ANSWER_WITHIN_MS = 10_000;
const CONNECTIONS_LIMIT = 0.9;
const ERRORS_LIMIT = 0.5;

/** Looks at the database as an application's health check does. @internal */
export async function databaseHealth(connectionString: string, schema: string): Promise<HealthStatus> {
  const watch = new WatchConnection({ connectionString, schema, pooler: 'none', answerWithinMs: ANSWER_WITHIN_MS });
  try {
    const { at: _, ...standing } = await watch.standing();
    const trends = await watch.trends();
    const problems = problemsOf(standing, trends);
    return toWire({ ready: problems.length === 0, problems, standing, trends });
  } finally {
    await watch.close();
  }
}

/** As the status of an application. The schema has been found to be usable by now. */
function problemsOf({ tasks, steps, workers, database }: Omit<Standing, 'at'>, { errorRate }: Trends): string[] {
  const unfinished = tasks.pending + tasks.inProgress;
  const used = database.connections / database.maxConnections;
  return [
    ...(used > CONNECTIONS_LIMIT ? [`${Math.round(100 * used)} % of the connections are in use`] : []),
    ...((errorRate ?? 0) > ERRORS_LIMIT ? ['more than half of the attempts fail'] : []),
    ...(steps.unserved > 0 ? [`${steps.unserved} ready steps have no live worker with their handler`] : []),
    ...(workers.live === 0 && unfinished > 0 ? ['there are unfinished tasks and no live worker'] : []),
  ];
}
