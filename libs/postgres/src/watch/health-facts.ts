import type { HealthFacts } from '@tasker/core';
import type { SystemOverview } from './system-overview';
import type { Trends } from './trends';

/** What `healthFindings` judges. @public */
export function healthFacts(
  { tasks, steps, workers, database }: Pick<SystemOverview, 'tasks' | 'steps' | 'workers' | 'database'>,
  { errorRate }: Trends,
): HealthFacts {
  return {
    ...{ unfinishedTasks: tasks.pending + tasks.inProgress, unservedSteps: steps.unserved },
    ...{ liveWorkers: workers.live, connectionsUsed: database.connections / database.maxConnections, errorRate },
  };
}
