import type { Session } from '../database/session';

/**
 * The namespace of a task, by two primary keys. It never changes while the task exists.
 *
 * @param taskId a positive bigint in decimal
 * @returns null when there is no such task
 * @public
 */
export async function findTaskNamespace(session: Session, taskId: string): Promise<string | null> {
  const [row] = await session.named<{ namespace: string }>('read/task-namespace', [taskId]);
  return row?.namespace ?? null;
}
