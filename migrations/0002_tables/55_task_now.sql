-- How a task stands for everybody who looks at its row: a task of one step is in progress while that step runs, though
-- nothing is written for it until the step has come to something. Inlined in a FROM clause, where it looks at the step
-- of pending tasks only.
create function tasker.task_now_v1(p_task bigint, p_state smallint, p_started_at timestamptz)
returns table (state smallint, started_at timestamptz)
language sql stable as $$
  select case when p_state = tasker.task_pending() and exists (
                select 1 from tasker.steps s
                 where s.task_id = p_task and s.position >= 0 and s.state = tasker.step_in_progress())
              then tasker.task_in_progress() else p_state end,
         coalesce(p_started_at, (
           select min(s.started_at) from tasker.steps s
            where p_state = tasker.task_pending() and s.task_id = p_task and s.position >= 0
              and s.state = tasker.step_in_progress()))
$$;
