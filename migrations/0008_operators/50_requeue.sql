-- Gives what waits for these tasks its new place in the queue. Finds the entries by their old one: the queue has no
-- index by task.
create function tasker.requeue_v1(p_tasks bigint[], p_old smallint[]) returns void
language plpgsql
set jit = off as $$
#variable_conflict use_column
begin
  -- What a claim is taking needs no new place.
  with found as materialized (
    select q.ctid as tid
      from unnest(p_tasks, p_old) as x(task_id, old)
     cross join lateral (
       select distinct u.lane_id
         from tasker.tasks t
         join tasker.step_templates m on m.template_id = t.template_id
        cross join lateral unnest(array[m.lane_id, m.entry_lane_id]) as u(lane_id)
        where t.id = x.task_id) l
     cross join lateral (
       select y.ctid from tasker.queue y
        where y.lane_id = l.lane_id and y.rank = -x.old and y.task_id = x.task_id for update skip locked) q
  ), moved as (
    delete from tasker.queue q using found f where q.ctid = f.tid
    returning q.*)
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select v.lane_id, -t.priority, v.task_id, v.template_id, v.position, v.fresh, v.ready_at
    from moved v join tasker.tasks t on t.id = v.task_id;
  update tasker.delayed_steps d set rank = -t.priority
    from tasker.tasks t where t.id = d.task_id and t.id = any (p_tasks);
  update tasker.parked_steps k set rank = -t.priority
    from tasker.tasks t where t.id = k.task_id and t.id = any (p_tasks);
end $$;
