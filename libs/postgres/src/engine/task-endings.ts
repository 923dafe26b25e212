import type { StepFailure, TaskEnding } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** Columns of task-endings.sql. */
interface EndingRow {
  task_id: string;
  duration_ms: number;
  completed: number;
  failed: number;
  position: number | null;
  attempt: number | null;
  error: StepFailure | null;
}

/** What is told of tasks that have ended; those that are gone by now are missing. */
export async function taskEndings(database: TaskerDatabase, taskIds: readonly string[]): Promise<TaskEnding[]> {
  const { rows } = await database.run<EndingRow>(database.control, 'engine/task-endings', [taskIds]);
  return rows.map(({ task_id: taskId, duration_ms: durationMs, completed, failed, position, attempt, error }) => ({
    ...{ taskId, durationMs: Math.max(0, Math.round(durationMs)), completed, failed },
    lastFailure: position === null || attempt === null || error === null ? null : { position, attempt, error },
  }));
}
