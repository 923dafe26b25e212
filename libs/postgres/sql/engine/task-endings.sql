-- Purpose: what is told of tasks that have ended: how long they took, how many steps went how, what failed last.
-- Parameters: 1 tasks. Rows: one per task that is there, in no order. Index: tasks' key, steps' key, step_history_task.
-- Locks: none. Steps without a row never began; the plan knows how many there are. The virtual end is no step.
select t.id as task_id,
       date_part('epoch', coalesce(t.finished_at, tasker.clock_v1()) - t.requested_at) * 1000 as duration_ms,
       s.completed, s.failed, f.position, f.attempt, f.error
  from unnest($1::bigint[]) as k(id)
  join tasker.tasks t on t.id = k.id
 cross join lateral (
       select count(*) filter (where tasker.step_satisfied_v1(y.state))::int as completed,
              count(*) filter (where tasker.step_ended_v1(y.state)
                                 and not tasker.step_satisfied_v1(y.state))::int as failed
         from tasker.steps y
        where y.task_id = t.id and y.position >= 0 offset 0) s
  left join lateral (
       select h.position, h.attempt, h.error
         from tasker.step_history h
        where h.task_id = t.id and h.error is not null and h.to_state = tasker.step_error()
          and t.state = tasker.task_error()
        order by h.at desc, h.position limit 1) f on true
