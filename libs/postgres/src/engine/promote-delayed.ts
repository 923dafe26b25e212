import type { PromotedSteps } from '@tasker/core';
import type { TaskerDatabase } from '../database/tasker-database';

/** Columns of promote-delayed.sql. */
interface PromotedRow {
  ready_task: string[] | null;
  ready_position: number[] | null;
  ready_template: number[] | null;
  ready_correlation: string[] | null;
  next_due_ms: string | null;
  at_ms: string;
}

/** Queues delayed steps that are due. */
export async function promoteDelayed(database: TaskerDatabase, limit: number): Promise<PromotedSteps> {
  const { rows } = await database.run<PromotedRow>(database.claimer, 'engine/promote-delayed', [limit]);
  return readPromoted(rows[0] as PromotedRow);
}

const readPromoted = (row: PromotedRow): PromotedSteps => ({
  promoted: (row.ready_task ?? []).map((taskId, index) => ({
    taskId,
    position: row.ready_position?.[index] ?? -1,
    templateId: row.ready_template?.[index] ?? -1,
    correlationId: row.ready_correlation?.[index] ?? '',
  })),
  nextDueMs: row.next_due_ms === null ? null : Number(row.next_due_ms),
  at: Number(row.at_ms),
});
