/** What is known of all of Tasker on one database when somebody asks whether it is well. @public */
export interface HealthFacts {
  readonly unfinishedTasks: number;
  /** Ready steps whose handler no live worker has. */
  readonly unservedSteps: number;
  readonly liveWorkers: number;
  /** Share of the server's connections in use, 0 to 1. */
  readonly connectionsUsed: number;
  /** Share of the attempts that failed lately, 0 to 1; null when there was none. */
  readonly errorRate: number | null;
}

/** Shares above which the original called a system unhealthy. */
const CONNECTIONS_LIMIT = 0.9;
const ERRORS_LIMIT = 0.5;

/**
 * In words, what is not as it should be; empty: all is well. As in the original, but for what happened lately instead of
 * ever: an old mass of failures is not an illness.
 *
 * @public
 */
export function healthFindings(facts: HealthFacts): string[] {
  const { unfinishedTasks, unservedSteps, liveWorkers, connectionsUsed, errorRate } = facts;
  const percent = Math.round(100 * connectionsUsed);
  return [
    ...(connectionsUsed > CONNECTIONS_LIMIT ? [`${percent} % of the connections are in use`] : []),
    ...((errorRate ?? 0) > ERRORS_LIMIT ? ['more than half of the attempts fail'] : []),
    ...(unservedSteps > 0 ? [`${unservedSteps} ready steps have no live worker with their handler`] : []),
    ...(liveWorkers === 0 && unfinishedTasks > 0 ? ['there are unfinished tasks and no live worker'] : []),
  ];
}
