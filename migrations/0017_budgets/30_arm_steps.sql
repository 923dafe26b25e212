-- Arms the timers of steps that have just become ready, in place of what an earlier run has left. One that is being
-- fired at this moment is left alone: whoever fires it sees the newer one.
create function tasker.arm_steps_v1(p_task bigint[], p_position smallint[], p_now timestamptz) returns void
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  delete from tasker.budget_timers b
   where b.ctid = any (array(
     select y.ctid from unnest(p_task, p_position) as n(task_id, position)
       join tasker.budget_timers y on y.task_id = n.task_id and y.position = n.position
      for update of y skip locked));
  insert into tasker.budget_timers (due_at, task_id, armed_at, counted_at, generation, position, kind)
  select p_now + k.ms * interval '1 millisecond', n.task_id, p_now, p_now, coalesce(s.generation, 0), n.position, k.kind
    from (select distinct u.task_id, u.position from unnest(p_task, p_position) as u(task_id, position)
           where u.position >= 0) n
    join tasker.tasks t on t.id = n.task_id
    join tasker.step_templates m on m.template_id = t.template_id and m.position = n.position
   cross join lateral (values ('total', m.total_timeout_ms), ('start', m.start_timeout_ms)) as k(kind, ms)
    left join tasker.steps s on s.task_id = n.task_id and s.position = n.position
   where k.ms is not null;
end $$;
