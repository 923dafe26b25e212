-- Part of settle_steps_v1: those of the tasks that operators have touched: counted from their rows, or only paused. The
-- outcomes' rows are the settlement's by now: an operator who acts on one of these tasks has finished, or waits for it.
create function tasker.touched_tasks_v1(c_task bigint[], out exact bigint[], out held bigint[])
language sql as $$
  select coalesce(array_agg(o.task_id) filter (where o.exact), '{}'),
         coalesce(array_agg(o.task_id) filter (where o.hold and not o.exact), '{}')
    from (select distinct c.task_id from unnest(c_task) as c(task_id)) c
    join tasker.operated_tasks o on o.task_id = c.task_id
$$;
