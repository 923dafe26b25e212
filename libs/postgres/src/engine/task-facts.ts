import type { TaskFacts } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** What expressions may read of a task besides what comes with its steps. */
export async function taskFacts(database: TaskerDatabase, taskId: string): Promise<TaskFacts | undefined> {
  const { rows } = await database.run<{ tags: string[]; initiator: string | null }>(
    database.control,
    'engine/task-facts',
    [taskId],
  );
  return rows[0];
}
