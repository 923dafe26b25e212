import type { Session } from '../database/session';

/** What decides who may see a task. Only its tags ever change. @public */
export interface TaskFacts {
  readonly taskId: string;
  readonly namespace: string;
  /** Name and version of its template. */
  readonly name: string;
  readonly version: string;
  /** Who asked for it: over REST the id of the principal. */
  readonly initiator: string | null;
  readonly sourceSystem: string | null;
  readonly tags: readonly string[];
}

/**
 * The facts of some tasks, by primary keys.
 *
 * @param taskIds positive bigints in decimal, at most 500
 * @returns those that exist, in no order
 * @public
 */
export const findTaskFacts = (session: Session, taskIds: readonly string[]): Promise<TaskFacts[]> =>
  session.named<TaskFacts>('read/task-facts', [taskIds]);
