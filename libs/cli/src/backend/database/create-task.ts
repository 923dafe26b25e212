import { queuedTask, TaskDrafter, TaskerError, TemplateRegistry, type TaskRequest } from '@tasker/core';
import { TemplateCatalogue, type PostgresEngineStore, type TaskerDatabase } from '@tasker/postgres';
import type { CreatedTaskView } from '../tasker-backend';
import { findTemplate } from './find-template';

/** As the module's default. */
const CONTEXT_BYTES = 1_048_576;

/**
 * Creates a task from a template that is registered in the database, checked as the application would check it; its
 * workers are told.
 *
 * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND, TSK_REQUEST_INVALID, TSK_CONTEXT_INVALID, TSK_DUPLICATE_TASK
 * @internal
 */
export async function createTask(
  database: TaskerDatabase,
  store: PostgresEngineStore,
  request: TaskRequest,
): Promise<CreatedTaskView> {
  const { namespace = 'default', name, version } = request;
  const reference = { namespace, name, ...(version === undefined ? {} : { version }) };
  const { id } = await findTemplate(new TemplateCatalogue(database.session), reference);
  const templates = new TemplateRegistry();
  templates.add(await store.loadPlan(id));
  const drafter = new TaskDrafter(templates, { identity: 'unique', contextBytes: CONTEXT_BYTES });
  const tasks = [queuedTask(drafter.draft(request))];
  // In a transaction, because the announcement must have left before this process ends.
  const [created] = await database.pool.transaction((client) =>
    store.createInTransaction(async (sql, values) => (await client.query<object>(sql, values)).rows, tasks),
  );
  if (!created) throw new TypeError('the store has answered nothing for the task');
  const { taskId, duplicate } = created;
  if (duplicate && request.onDuplicate !== 'return') {
    throw new TaskerError('TSK_DUPLICATE_TASK', `A task with the same identity exists: ${taskId}.`, {
      data: { taskId },
    });
  }
  return { taskId, duplicate };
}
