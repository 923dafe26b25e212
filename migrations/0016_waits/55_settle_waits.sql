-- What settlements do about waits, after everything else: p_waits opens those of steps that have begun to wait; a step
-- that waits on, though it was taken from the queue, is queued again when it has been woken meanwhile; those of steps
-- that have ended go, unless they failed by what they took: another attempt is to see it again. Gives back how many
-- steps went to the queue.
create function tasker.settle_waits_v1(
  p_waits jsonb, c_task bigint[], c_position smallint[], c_state smallint[], p_now timestamptz
) returns int
language plpgsql as $$
declare
  v_queued int;
begin
  with gone as (
    delete from tasker.step_waits w
     using unnest(c_task, c_position, c_state) as o(task_id, position, state)
     where w.task_id = o.task_id and w.position = o.position
       and (tasker.step_satisfied_v1(o.state) or tasker.step_ended_v1(o.state) and w.woken_by = 'time')
    returning w.task_id, w.position)
  delete from tasker.wait_signals s using gone g where s.task_id = g.task_id and s.position = g.position;
  -- Before the new ones are there: those are queued by whatever wakes them.
  perform 1 from tasker.step_waits w
    where (w.task_id, w.position) in (select o.task_id, o.position
                                        from unnest(c_task, c_position, c_state) as o(task_id, position, state)
                                       where o.state = tasker.step_waiting())
    order by w.task_id, w.position for update;
  select count(tasker.queue_wait_v1(w.task_id, w.position, p_now)) into v_queued
    from unnest(c_task, c_position, c_state) as o(task_id, position, state)
    join tasker.step_waits w on w.task_id = o.task_id and w.position = o.position
    join tasker.steps s on s.task_id = o.task_id and s.position = o.position
   where o.state = tasker.step_waiting() and s.state = tasker.step_waiting()
     and w.generation = s.generation and w.woken_at is not null
     and not exists (select 1 from jsonb_array_elements(p_waits) as u(wait)
                      where (u.wait ->> 'task')::bigint = o.task_id
                        and (u.wait ->> 'position')::smallint = o.position);
  perform tasker.open_waits_v1(p_waits, p_now);
  return v_queued + (
    select count(*) from jsonb_array_elements(p_waits) as u(wait)
      join tasker.step_waits w on w.task_id = (u.wait ->> 'task')::bigint
                              and w.position = (u.wait ->> 'position')::smallint and w.woken_at is not null);
end $$;
