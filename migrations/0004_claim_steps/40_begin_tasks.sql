-- Part of claim_carefully_v1: the tasks of the steps that were taken have begun.
create function tasker.begin_tasks_v1(p_worker int, p_entries tasker.queue[], p_now timestamptz) returns void
language plpgsql as $$
begin
  update tasker.tasks t set state = tasker.task_in_progress(), started_at = p_now
    from (select y.ctid as tid from tasker.tasks y
           where y.id = any (array(
                   select e.task_id from unnest(p_entries) e, lateral (
                     select 1 from tasker.steps s
                      where s.task_id = e.task_id and s.position = e.position and s.worker_id = p_worker
                        and s.state = tasker.step_in_progress() and s.started_at = p_now offset 0) s))
             and y.state = tasker.task_pending()
           order by y.id for no key update) x
   where t.ctid = x.tid;
  -- An operator who paused a task held its row until now: all is rolled back, and the claim is made again.
  if exists (select 1 from tasker.operated_tasks o
              where o.hold and o.task_id = any (array(select e.task_id from unnest(p_entries) e))) then
    raise exception 'a task was paused meanwhile' using errcode = '40001';
  end if;
end $$;
