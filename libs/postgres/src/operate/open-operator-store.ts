import type { TaskPlan } from '@tasker/core';
import { channelOf, type OpenStoreOptions } from '../engine/open-store';
import { OperatorStore } from './operator-store';

/** How to reach the database for operators' acts. @public */
export type OpenOperatorStoreOptions = Pick<OpenStoreOptions, 'connectionString' | 'schema' | 'applicationName'> & {
  /** Longest wait for an answer, milliseconds. Default 15,000. */
  readonly answerWithinMs?: number;
};

/**
 * Opens no connection yet.
 *
 * @param plan finds the compiled template of a task, as `PostgresEngineStore.loadPlan` does
 * @public
 */
export function openOperatorStore(
  { connectionString, schema, applicationName, answerWithinMs = 15_000 }: OpenOperatorStoreOptions,
  plan: (templateId: number) => TaskPlan | Promise<TaskPlan>,
): OperatorStore {
  const config = { connectionString, application_name: applicationName };
  return new OperatorStore(
    { schema, channel: channelOf(schema), connection: { config, namedStatements: false, answerWithinMs } },
    plan,
  );
}
