-- What waits promise: a step that waits has something to wait for, and one that was woken is on its way.
create function tasker.audit_waits_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  select 'waiting_step_has_a_wait', s.task_id, s.position,
         case when w.task_id is null then 'it waits for nothing'
              else format('its wait is of generation %s, not %s', w.generation, s.generation) end
    from tasker.steps s left join tasker.step_waits w on w.task_id = s.task_id and w.position = s.position
   where s.state = tasker.step_waiting() and w.generation is distinct from s.generation
  union all
  select 'woken_step_is_queued', w.task_id, w.position,
         format('woken %s by %s, but it is not queued', w.woken_at, w.woken_by)
    from tasker.step_waits w
    join tasker.steps s on s.task_id = w.task_id and s.position = w.position and s.state = tasker.step_waiting()
   where w.woken_at is not null and w.generation = s.generation
     and not exists (select 1 from tasker.queue q where q.task_id = w.task_id and q.position = w.position)
     and not exists (select 1 from tasker.parked_steps k where k.task_id = w.task_id and k.position = w.position)
$$;
