-- Part of operate_lock_v1: every step of these tasks has a row afterwards, and is locked.
create function tasker.operate_fill_v1(p_tasks bigint[]) returns void
language plpgsql as $$
begin
  insert into tasker.steps (task_id, position, state)
  select t.id, m.position, tasker.step_pending()
    from tasker.tasks t
    join tasker.step_templates m on m.template_id = t.template_id
   where t.id = any (p_tasks)
   order by t.id, m.position
  on conflict do nothing;
  insert into tasker.steps (task_id, position, state)
  select t.id, -1, tasker.step_pending()
    from tasker.tasks t
   where t.id = any (p_tasks)
     and (select count(*) from tasker.step_templates m where m.template_id = t.template_id and m.is_sink) > 1
   order by t.id
  on conflict do nothing;
  perform 1 from tasker.steps s where s.task_id = any (p_tasks) order by s.task_id, s.position for no key update;
end $$;
