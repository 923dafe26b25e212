import type { Ledger } from './ledger';

/** What must be zero whatever was done to workers and database. */
export interface Verdict {
  /** Completing rows of the history beyond the first of a step, but for those an operator undid by running it again. */
  readonly settledTwice: number;
  /** Outcomes recorded for a worker after its lease had ended, but for those of its rescuer: lost, or left out by a branch. */
  readonly acceptedFromDeadLease: number;
  /** Completed attempts without a call of the handler by the worker that settled them. */
  readonly completedWithoutCall: number;
  /** Calls that began after the step was complete, by a worker whose lease was good. */
  readonly calledAfterCompletion: number;
  /** Calls of one attempt that ran at the same time. */
  readonly calledTwiceAtOnce: number;
  readonly auditFindings: readonly string[];
}

/** No second is spared: the audit takes about a minute for each million steps. */
export async function verdict(ledger: Ledger): Promise<Verdict> {
  return {
    settledTwice: await ledger.count(SETTLED_TWICE),
    acceptedFromDeadLease: await ledger.count(FROM_DEAD_LEASE),
    completedWithoutCall: await ledger.count(WITHOUT_CALL),
    calledAfterCompletion: await ledger.count(AFTER_COMPLETION),
    calledTwiceAtOnce: await ledger.count(TWICE_AT_ONCE),
    auditFindings: (await ledger.query<{ finding: string }>(AUDIT)).map(({ finding }) => finding),
  };
}

/** What every verdict must be. */
export const SPOTLESS: Verdict = {
  ...{ settledTwice: 0, acceptedFromDeadLease: 0, completedWithoutCall: 0, calledAfterCompletion: 0 },
  calledTwiceAtOnce: 0,
  auditFindings: [],
};

const SETTLED_TWICE = `
  select 1 from tasker.step_history group by task_id, position
  having count(*) filter (where to_state in (tasker.step_complete(), tasker.step_skipped()) and from_state <> to_state)
         > 1 + count(*) filter (where from_state in (tasker.step_complete(), tasker.step_skipped()) and from_state <> to_state)`;

const FROM_DEAD_LEASE = `
  select 1 from tasker.step_history h join public.lost_workers w on w.id = h.worker_id
   where h.at > w.lost_at and h.actor is null and h.error->>'kind' is distinct from 'worker_lost'
     and h.to_state <> tasker.step_not_taken()`;

const WITHOUT_CALL = `
  select 1 from tasker.step_history h
    join tasker.tasks t on t.id = h.task_id
    join tasker.step_templates m on m.template_id = t.template_id and m.position = h.position
    join tasker.lanes l on l.id = m.lane_id and l.handler <> '@engine'
   where h.from_state = tasker.step_in_progress() and h.to_state = tasker.step_complete() and not exists (
     select 1 from public.handler_calls c
      where c.task_id = h.task_id and c.step = m.name and c.attempt = h.attempt and c.worker_id = h.worker_id)`;

const AFTER_COMPLETION = `
  select 1 from public.handler_calls c
    join tasker.tasks t on t.id = c.task_id
    join tasker.step_templates m on m.template_id = t.template_id and m.name = c.step
    join tasker.step_history h on h.task_id = c.task_id and h.position = m.position
                              and h.from_state = tasker.step_in_progress() and h.to_state = tasker.step_complete()
   where c.at > h.at
     -- A later attempt is one that an operator asked for.
     and not (c.attempt > h.attempt and exists (
       select 1 from tasker.step_history u where u.task_id = h.task_id and u.position = h.position
          and u.from_state = tasker.step_complete() and u.actor is not null and u.at > h.at and u.at <= c.at))
     and not exists (select 1 from public.lost_workers w where w.id = c.worker_id)`;

/** A worker that had lost its lease may have found out late: frozen, or its event loop blocked. */
const TWICE_AT_ONCE = `
  select 1 from (
    select c.*, lag(c.ended_at) over w as before_ended_at, lag(c.worker_id) over w as before_by
      from public.handler_calls c window w as (partition by c.task_id, c.step, c.attempt order by c.at)) c
   where c.at < c.before_ended_at and not exists (
     select 1 from public.lost_workers l where l.id in (c.worker_id, c.before_by))`;

const AUDIT = `select rule || ' ' || coalesce(task_id::text, '') || '/' || coalesce(position::text, '') || ': ' || detail as finding
  from tasker.audit_v1() limit 20`;
