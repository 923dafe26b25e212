-- Part of operate_apply_v1: changes the tasks' own rows, records it, and keeps operated_tasks in step with them.
create function tasker.operate_tasks_v1(
  p_actor text, p_reason text, p_tasks jsonb, p_now timestamptz, p_all bigint[], p_whole bigint[]
) returns void
language plpgsql as $$
#variable_conflict use_column
begin
  with now_is as (
    update tasker.tasks t
       set state = coalesce(x.state, t.state), priority = coalesce(x.priority, t.priority),
           hold = coalesce(x.hold, t.hold), tags = coalesce(x.tags, t.tags),
           reason = case when x.reason is null then t.reason else x.reason ->> 0 end,
           lock_version = t.lock_version + 1,
           finished_at = case when x.state is null or x.state = t.state then t.finished_at
                              when tasker.task_ended_v1(x.state) then p_now end,
           started_at = case when x.state = tasker.task_in_progress() then coalesce(t.started_at, p_now)
                             else t.started_at end
      from (select y.*, o.state as was
              from jsonb_to_recordset(p_tasks) as y(
                     task bigint, state smallint, hold boolean, priority smallint, tags text[], reason jsonb,
                     metadata jsonb)
              join tasker.tasks o on o.id = y.task) x
     where t.id = x.task
    returning t.id, x.was, t.state, x.metadata,
              x.state is not null or x.hold is not null or x.priority is not null or x.tags is not null
              or x.reason is not null as noted)
  insert into tasker.task_history (task_id, at, from_state, to_state, actor, reason, metadata)
  select n.id, p_now, n.was, n.state, p_actor, p_reason, n.metadata from now_is n where n.noted;

  insert into tasker.operated_tasks as o (task_id, hold, exact)
  select t.id, t.hold, t.id = any (p_whole) from tasker.tasks t
   where t.id = any (p_all) and (t.hold or t.id = any (p_whole))
  on conflict (task_id) do update set hold = excluded.hold, exact = o.exact or excluded.exact;
  update tasker.operated_tasks o set hold = t.hold
    from tasker.tasks t where t.id = o.task_id and t.id = any (p_all) and o.hold <> t.hold;
  delete from tasker.operated_tasks o where o.task_id = any (p_all) and not o.hold and not o.exact;
end $$;
