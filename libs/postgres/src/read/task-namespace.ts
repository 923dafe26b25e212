import { withSchema } from '../database/with-schema';

/** Runs one statement: a `DataSource`'s `query`, or `pg`'s with its `rows`. @public */
export type RunQuery = (sql: string, values: unknown[]) => Promise<readonly unknown[]>;

const NAMESPACE =
  'select m.namespace from tasker.tasks t join tasker.task_templates m on m.id = t.template_id where t.id = $1';

/**
 * The namespace of a task, by two primary keys. It never changes while the task exists.
 *
 * @param taskId a positive bigint in decimal
 * @returns null when there is no such task
 * @public
 */
export async function findTaskNamespace(run: RunQuery, schema: string, taskId: string): Promise<string | null> {
  const [row] = (await run(withSchema(NAMESPACE, schema), [taskId])) as { namespace: string }[];
  return row?.namespace ?? null;
}
