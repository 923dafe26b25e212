import type { TaskFacts } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** Columns of task-facts.sql. */
interface FactsRow {
  tags: string[];
  initiator: string | null;
  requested_ms: string;
}

/** What expressions may read of a task besides what comes with its steps. */
export async function taskFacts(database: TaskerDatabase, taskId: string): Promise<TaskFacts | undefined> {
  const { rows } = await database.run<FactsRow>(database.control, 'engine/task-facts', [taskId]);
  const [row] = rows;
  return row && { tags: row.tags, initiator: row.initiator, requestedAt: Number(row.requested_ms) };
}
