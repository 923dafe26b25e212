-- What becomes of the waits of these tasks' steps after somebody has acted on them: those of steps that have ended, or
-- are run anew, go, and nobody is asked any more.
create function tasker.close_waits_v1(p_tasks bigint[], p_now timestamptz) returns void
language plpgsql as $$
begin
  with over as (
    delete from tasker.step_waits w using tasker.steps s
     where w.task_id = any (p_tasks) and s.task_id = w.task_id and s.position = w.position
       and (s.generation <> w.generation or tasker.step_ended_v1(s.state) and s.state <> tasker.step_error())
    returning w.task_id, w.position)
  delete from tasker.wait_signals g using over o where g.task_id = o.task_id and g.position = o.position;
  update tasker.approvals a
     set ended_at = p_now, state = case when s.generation > a.generation then 'superseded' else 'withdrawn' end
    from tasker.steps s
   where a.task_id = any (p_tasks) and s.task_id = a.task_id and s.position = a.position and a.state = 'open'
     and (s.generation > a.generation or tasker.step_ended_v1(s.state));
end $$;
