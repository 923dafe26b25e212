-- Part of delete_tasks_v1: what these tasks waited for, and the signals that were kept for them.
create function tasker.delete_waits_v1(p_tasks bigint[]) returns void
language plpgsql as $$
begin
  with gone as (
    delete from tasker.signal_boxes b
     using tasker.tasks t join tasker.task_templates m on m.id = t.template_id
     where t.id = any (p_tasks) and b.namespace = m.namespace and b.key = '@' || t.id
    returning b.id
  ), kept as (
    delete from tasker.kept_signals k using gone g where k.box_id = g.id)
  delete from tasker.signal_ids i using gone g where i.box_id = g.id;
  delete from tasker.wait_signals s where s.task_id = any (p_tasks);
  delete from tasker.step_waits w where w.task_id = any (p_tasks);
  delete from tasker.approvals a where a.task_id = any (p_tasks);
end $$;
