import type { Session } from '../database/session';

/** How far a running step says it is. @public */
export interface StepProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** In the handler's words; null: it said none. */
  readonly note: string | null;
  readonly at: Date;
}

/** $1 task. Of each running step that has said something in its present attempt. The steps' key. */
const PROGRESS = `select position, (progress->>'fraction')::float8 as fraction, progress->>'note' as note,
  (progress->>'at')::timestamptz as at
  from tasker.steps
  where task_id = $1 and state = tasker.step_in_progress() and (progress->>'attempt')::int = attempt`;

/** How far the running steps of a task are, by position. @internal */
export async function progressOf(session: Session, taskId: string): Promise<ReadonlyMap<number, StepProgress>> {
  const rows = await session.rows<StepProgress & { readonly position: number }>(PROGRESS, [taskId]);
  return new Map(rows.map(({ position, ...progress }) => [position, progress]));
}
