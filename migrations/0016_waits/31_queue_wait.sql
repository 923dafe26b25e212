-- Queues the step of a wait that has been woken, with the priority its task has now. Twice does no harm.
create function tasker.queue_wait_v1(p_task bigint, p_position smallint, p_now timestamptz) returns boolean
language plpgsql as $$
begin
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select w.lane_id, -t.priority, w.task_id, w.template_id, w.position, false, p_now
    from tasker.step_waits w join tasker.tasks t on t.id = w.task_id
   where w.task_id = p_task and w.position = p_position;
  return true;
end $$;
