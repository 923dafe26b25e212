-- Purpose: which attempts of a worker were settled by itself, and which tasks that ended: for answers that were lost.
-- Parameters: 1 worker, 2 tasks, 3 positions, 4 attempts.
-- Rows: one per attempt that was settled; ended: by it, as the worker's last before the end.
-- Index: the histories' by task. Locks: none. A rescuer's settlement carries the worker too, but another error; an act
-- of an operator on a running step carries it with an actor.
select h.task_id, h.position, h.attempt, e.to_state as ended, extract(epoch from h.at) * 1000 as at_ms
  from unnest($2::bigint[], $3::smallint[], $4::int[]) as k(task_id, position, attempt)
  join tasker.step_history h
    on h.task_id = k.task_id and h.position = k.position and h.attempt = k.attempt
   and h.worker_id = $1 and h.actor is null and h.error->>'kind' is distinct from 'worker_lost'
  left join tasker.task_history e
    on e.task_id = h.task_id and e.worker_id = $1 and e.at >= h.at
   and e.to_state in (tasker.task_complete(), tasker.task_error())
   and not exists (select 1 from tasker.step_history o
                    where o.task_id = h.task_id and o.worker_id = $1 and o.at > h.at and o.at <= e.at)
