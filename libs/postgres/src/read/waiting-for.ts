import type { Session } from '../database/session';

/** What a step waits for that holds no worker. @public */
export interface WaitingFor {
  /** A time; signals; somebody's decision; or what its handler asked for when it suspended the step. */
  readonly kind: 'sleep' | 'signal' | 'approval' | 'suspended';
  readonly since: Date;
  /** When it goes on, or its time is over, whatever comes; null: there is no such time. */
  readonly until: Date | null;
  /** Names of the signals it still takes. */
  readonly signals: readonly string[];
  /** Of an approval: which, and who may decide; nobody named: whoever has the permission. */
  readonly approval: { readonly id: string; readonly title: string; readonly assignees: readonly string[] } | null;
}

/** $1 task. Of each step that waits, by position. The keys of its waits and of their signals. */
const WAITS = `select w.position, w.kind, w.opened_at as since, case when w.interim then w.later_at else w.due_at end as until,
  array(select g.name from tasker.wait_signals g
         where g.task_id = w.task_id and g.position = w.position and g.open order by g.place) as signals,
  (select jsonb_build_object('id', a.id::text, 'title', a.title, 'assignees', a.assignees) from tasker.approvals a
    where a.task_id = w.task_id and a.position = w.position and a.generation = w.generation) as approval
  from tasker.step_waits w
  join tasker.steps s on s.task_id = w.task_id and s.position = w.position and s.state = tasker.step_waiting()
  where w.task_id = $1 and w.generation = s.generation order by w.position`;

/** What the steps of a task wait for, by position. @internal */
export async function waitsOf(session: Session, taskId: string): Promise<ReadonlyMap<number, WaitingFor>> {
  const rows = await session.rows<WaitingFor & { readonly position: number }>(WAITS, [taskId]);
  return new Map(rows.map(({ position, ...wait }) => [position, wait]));
}
