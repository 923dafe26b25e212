import { healthFindings } from '@tasker/core';
import { healthFacts, WatchStore, type TaskerDatabase } from '@tasker/postgres';
import type { HealthStatus } from '../backend-views';
import { toWire } from '../wire';

const ANSWER_WITHIN_MS = 10_000;

/** Looks at the database as an application's health check does. The schema has been found to be usable by now. @internal */
export async function databaseHealth(database: TaskerDatabase): Promise<HealthStatus> {
  const watch = new WatchStore(database, ANSWER_WITHIN_MS);
  const { at: _, ...standing } = await watch.overview();
  const trends = await watch.trends();
  const problems = healthFindings(healthFacts(standing, trends));
  return toWire({ ready: problems.length === 0, problems, standing, trends });
}
