-- Part of settle_steps_v1: steps that run again, at once or later. Gives back how many went to the queue. In a task
-- that an operator has touched they take the place of the priority it has now.
create function tasker.queue_reruns_v1(
  r_task bigint[], r_position smallint[], r_template int[], r_lane int[], r_rank smallint[], r_delay_ms bigint[],
  p_exact bigint[], p_now timestamptz
) returns int
language plpgsql as $$
declare
  v_queued int;
begin
  insert into tasker.delayed_steps (run_at, task_id, template_id, lane_id, rank, position)
  select p_now + r.delay_ms * interval '1 millisecond', r.task_id, r.template_id, r.lane_id,
         case when r.task_id = any (p_exact) then (select -t.priority from tasker.tasks t where t.id = r.task_id)
              else r.rank end, r.position
    from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms)
           as r(task_id, position, template_id, lane_id, rank, delay_ms)
   where r.delay_ms > 0;
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select r.lane_id, case when r.task_id = any (p_exact)
                         then (select -t.priority from tasker.tasks t where t.id = r.task_id) else r.rank end,
         r.task_id, r.template_id, r.position, false, p_now
    from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms)
           as r(task_id, position, template_id, lane_id, rank, delay_ms)
   where r.delay_ms = 0;
  get diagnostics v_queued = row_count;
  return v_queued;
end $$;
