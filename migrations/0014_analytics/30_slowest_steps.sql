create function tasker.slowest_steps_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  task_id bigint, namespace text, name text, version text, step text, attempt int, state text, duration_ms float8,
  waited_ms bigint, started_at timestamptz, ended_at timestamptz, worker_id int)
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
declare
  -- Null: all. Whose templates they are is only looked up when somebody asks for some.
  v_templates int[];
begin
  if p_namespaces is not null or p_name is not null or p_version is not null then
    v_templates := array(select m.id from tasker.task_templates m
                          where (p_namespaces is null or m.namespace = any (p_namespaces))
                            and (p_name is null or m.name = p_name) and (p_version is null or m.version = p_version));
  end if;
  return query
  with slow as (
    select h.task_id, h.position, h.attempt, h.to_state, h.started_at, h.at, h.waited_ms, h.worker_id
      from tasker.step_history h
     where h.at >= p_since and h.at < p_until and h.from_state = tasker.step_in_progress() and h.started_at is not null
       and tasker.step_ran_v1(h.to_state)
       and (v_templates is null
            or h.task_id in (select t.id from tasker.tasks t where t.template_id = any (v_templates)))
     order by h.at - h.started_at desc, h.task_id, h.position
     limit p_limit)
  select h.task_id, m.namespace, m.name, m.version, n.name, h.attempt, tasker.step_state_v1(h.to_state),
         1000 * date_part('epoch', h.at - h.started_at), h.waited_ms, h.started_at, h.at, h.worker_id
    from slow h
    join tasker.tasks t on t.id = h.task_id
    join tasker.task_templates m on m.id = t.template_id
    join tasker.step_templates n on n.template_id = t.template_id and n.position = h.position
   order by h.at - h.started_at desc, h.task_id, h.position;
end $$;

comment on function tasker.slowest_steps_v1(timestamptz, timestamptz, int, text[], text, text) is
  'Attempts that ended from p_since to before p_until, longest first; state: what the attempt came to. Time in the '
  'queue is waited_ms, not duration_ms.';
