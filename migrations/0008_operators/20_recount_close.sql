-- Part of recount_v1. In a task that was cancelled or resolved, a handler that was allowed to finish wants to run
-- again: it may not.
create function tasker.recount_close_v1(p_tasks bigint[], p_now timestamptz) returns void
language plpgsql as $$
begin
  with closed as (
    update tasker.steps s set state = tasker.step_cancelled(), finished_at = p_now, checkpoint = null
      from tasker.tasks t
     where t.id = s.task_id and t.id = any (p_tasks) and tasker.task_closed_v1(t.state) and s.position >= 0
       and tasker.step_open_v1(s.state) and s.state <> tasker.step_in_progress()
    returning s.task_id, s.position, s.attempt)
  insert into tasker.step_history (task_id, at, position, attempt, from_state, to_state, reason)
  select c.task_id, p_now + interval '1 microsecond', c.position, c.attempt,
         coalesce((select h.to_state from tasker.step_history h
                    where h.task_id = c.task_id and h.position = c.position order by h.at desc limit 1),
                  tasker.step_pending()),
         tasker.step_cancelled(), 'the task has been ended'
    from closed c;
  perform tasker.close_waits_v1(p_tasks, p_now);
  delete from tasker.delayed_steps d
   using tasker.tasks t where d.task_id = any (p_tasks) and t.id = d.task_id and tasker.task_closed_v1(t.state);
end $$;
