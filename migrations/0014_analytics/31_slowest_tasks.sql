create function tasker.slowest_tasks_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  task_id bigint, namespace text, name text, version text, state text, duration_ms float8, steps int,
  completed_steps int, failed_steps int, requested_at timestamptz, finished_at timestamptz, initiator text,
  source_system text)
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  return query
  with slow as (
    select t.id, t.template_id, t.state, t.requested_at, t.finished_at, t.initiator, t.source_system,
           m.namespace, m.name, m.version
      from tasker.task_history h
      join tasker.tasks t on t.id = h.task_id and tasker.task_ended_v1(t.state) and t.state = h.to_state
      join tasker.task_templates m on m.id = t.template_id
     where h.at >= p_since and h.at < p_until
       and tasker.task_ended_v1(h.to_state) and tasker.task_open_v1(h.from_state)
       and (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
       and (p_version is null or m.version = p_version)
     order by h.at - t.requested_at desc, t.id
     limit p_limit)
  select s.id, s.namespace, s.name, s.version, tasker.task_state_v1(s.state),
         1000 * date_part('epoch', s.finished_at - s.requested_at),
         (select count(*)::int from tasker.step_templates n where n.template_id = s.template_id),
         (select count(*)::int from tasker.steps y
           where y.task_id = s.id and y.position >= 0 and tasker.step_satisfied_v1(y.state)),
         (select count(*)::int from tasker.steps y where y.task_id = s.id and y.state = tasker.step_error()),
         s.requested_at, s.finished_at, s.initiator, s.source_system
    from slow s
   order by s.finished_at - s.requested_at desc, s.id;
end $$;

comment on function tasker.slowest_tasks_v1(timestamptz, timestamptz, int, text[], text, text) is
  'Tasks that ended from p_since to before p_until and still are ended, longest from request to end first. '
  'completed_steps: satisfied ones.';
