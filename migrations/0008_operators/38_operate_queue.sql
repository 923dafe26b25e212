-- Part of operate_apply_v1: queues what was parked for a task that goes on, and steps that run again at once.
create function tasker.operate_queue_v1(
  p_all bigint[], p_now timestamptz,
  m_task bigint[], m_position smallint[], m_state smallint[], m_inputs text[], m_again boolean[]
) returns void
language plpgsql as $$
#variable_conflict use_column
begin
  with gone as (
    delete from tasker.parked_steps k using tasker.tasks t
     where k.task_id = any (p_all) and t.id = k.task_id and not t.hold and tasker.task_open_v1(t.state)
    returning k.*)
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select g.lane_id, g.rank, g.task_id, g.template_id, g.position, g.fresh, g.ready_at from gone g;
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select case when s.admitted then p.lane_id else p.entry_lane_id end, -t.priority, t.id, t.template_id, m.position,
         false, p_now
    from unnest(m_task, m_position, m_state, m_inputs, m_again) as m(task_id, position, state, inputs, again)
    join tasker.tasks t on t.id = m.task_id
    join tasker.step_templates p on p.template_id = t.template_id and p.position = m.position
    join tasker.steps s on s.task_id = t.id and s.position = m.position
   -- Not those that only get other inputs: they are in the queue.
   where m.state = tasker.step_ready() and (m.again or m.inputs is null);
end $$;
