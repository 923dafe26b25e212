import { TaskDrafter, TaskerError, TemplateRegistry, type TaskRequest } from '@tasker/core';
import type { PostgresEngineStore } from '@tasker/postgres';
import type { CreatedTaskView } from '../tasker-backend';
import type { DatabaseSession } from './database-session';
import { findTemplateRow } from './find-template';

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
  session: DatabaseSession,
  store: PostgresEngineStore,
  request: TaskRequest,
): Promise<CreatedTaskView> {
  const { namespace = 'default', name, version } = request;
  const row = await findTemplateRow(session, { namespace, name, ...(version === undefined ? {} : { version }) });
  const templates = new TemplateRegistry();
  templates.add(await store.loadPlan(row.id));
  const { plan, task } = new TaskDrafter(templates, { identity: 'unique', contextBytes: CONTEXT_BYTES }).draft(request);
  const roots = plan.roots.map((position) => ({ position, lane: plan.steps[position]?.lane ?? 0, mine: false }));
  const tasks = [{ ...task, templateId: plan.templateId, roots }];
  // In a transaction, because the announcement must have left before this process ends.
  const [created] = await session.transaction((run) => store.createInTransaction(run, tasks));
  if (!created) throw new TypeError('the store has answered nothing for the task');
  const { taskId, duplicate } = created;
  if (duplicate && request.onDuplicate !== 'return') {
    throw new TaskerError('TSK_DUPLICATE_TASK', `A task with the same identity exists: ${taskId}.`, {
      data: { taskId },
    });
  }
  return { taskId, duplicate };
}
