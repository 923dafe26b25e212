-- Counts a touched task from its rows: what is left out, counters, blocked marks, what is ready, whether it has ended.
-- Every step has a row. Under the task's row lock each settlement of it sees those before.
create function tasker.recount_v1(p_tasks bigint[], p_worker int, p_now timestamptz)
returns table (ready_task bigint[], ready_position smallint[], ended_task bigint[], ended_state smallint[],
               left_task bigint[], left_position smallint[])
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  perform 1 from tasker.tasks t where t.id = any (p_tasks) order by t.id for no key update;
  perform tasker.recount_close_v1(p_tasks, p_now);
  select b.left_task, b.left_position into left_task, left_position
    from tasker.recount_branches_v1(p_tasks, p_now) b;
  select f.ready_task, f.ready_position into ready_task, ready_position from tasker.recount_free_v1(p_tasks, p_now) f;
  select e.ended_task, e.ended_state into ended_task, ended_state
    from tasker.recount_ends_v1(p_tasks, p_worker, p_now) e;

  delete from tasker.operated_tasks o
   using tasker.tasks t
   where o.task_id = any (p_tasks) and t.id = o.task_id and tasker.task_ended_v1(t.state)
     and not exists (select 1 from tasker.steps s where s.task_id = o.task_id and s.state = tasker.step_in_progress());
  return next;
end $$;
