import { isTaskId, TaskerError } from '@tasker/core';
import type { Session } from '../database/session';
import { TASK_PROGRESS } from './task-statements';
import type { StepCounts, TaskProgress } from './task-views';

/** Tasks of one call. */
const MOST_TASKS = 500;

interface ProgressRow extends Omit<StepCounts, 'pending' | 'percent'> {
  readonly taskId: string;
  readonly namespace: string;
  readonly state: TaskProgress['state'];
  readonly hold: boolean;
}

/**
 * How far tasks are, in one statement.
 *
 * @param namespaces null: of all
 * @returns in the order of the ids, each once; those that do not exist are missing
 * @throws {TaskerError} TSK_REQUEST_INVALID for more than 500 ids, or what is none
 * @internal
 */
export async function taskProgress(
  session: Session,
  ids: readonly string[],
  namespaces: readonly string[] | null,
): Promise<TaskProgress[]> {
  assertIds(ids);
  if (ids.length === 0) return [];
  const rows = await session.rows<ProgressRow>(TASK_PROGRESS, [[...new Set(ids)], namespaces]);
  return rows.map(({ taskId, namespace, state, hold, ...counted }) => ({
    ...{ taskId, namespace, state, hold, steps: countsOf(counted) },
  }));
}

function countsOf({ total, completed, failed, running }: Omit<StepCounts, 'pending' | 'percent'>): StepCounts {
  const percent = total === 0 ? 0 : Math.floor((100 * completed) / total);
  return { total, completed, failed, running, pending: Math.max(0, total - completed - failed - running), percent };
}

function assertIds(ids: readonly string[]): void {
  const details =
    ids.length > MOST_TASKS
      ? [{ path: 'ids', message: `must have at most ${MOST_TASKS} entries` }]
      : ids.flatMap((id, index) =>
          isTaskId(id) ? [] : [{ path: `ids[${index}]`, message: 'must be the id of a task' }],
        );
  if (details.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', { details });
}
