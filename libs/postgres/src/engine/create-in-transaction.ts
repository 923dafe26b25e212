import type { CreatedTask, NewTask } from '@tasker/core';
import { announcementText } from './announcer';
import { createParameters } from './create';
import type { Statements } from '../database/statements';

/** Runs a statement inside the caller's transaction, such as TypeORM's `manager.query`. @public */
export type RunInTransaction = (sql: string, values: unknown[]) => Promise<unknown>;

/**
 * Creates tasks inside somebody else's transaction: visible and announced when that commits, gone when it rolls back.
 *
 * @returns in the order of the tasks
 */
export async function createInTransaction(
  run: RunInTransaction,
  statements: Statements,
  channel: string,
  tasks: readonly NewTask[],
): Promise<CreatedTask[]> {
  const rows = (await run(statements.get('engine/create-tasks'), createParameters({ tasks, workerId: null }))) as {
    id: string;
    duplicate: boolean;
    at_ms: string;
  }[];
  const fresh = tasks.filter((_, index) => rows[index]?.duplicate === false);
  if (fresh.length > 0) {
    const count = fresh.reduce((sum, task) => sum + task.roots.length, 0);
    const priority = Math.max(...fresh.map((task) => task.priority));
    await run(statements.get('engine/announce'), [channel, announcementText({ count, priority })]);
  }
  return rows.map((row) => ({ taskId: row.id, duplicate: row.duplicate, at: Number(row.at_ms) }));
}
