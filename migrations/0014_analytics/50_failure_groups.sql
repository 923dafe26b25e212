create function tasker.failure_groups_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  fingerprint text, namespace text, name text, step text, kind text, error_name text, pattern text, failures int,
  tasks int, open_tasks int, first_at timestamptz, last_at timestamptz, sample_task_id bigint, sample_message text,
  versions text[])
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  return query
  with failure as materialized (
    select h.fingerprint, h.position, t.template_id, h.task_id, count(*) as failures, min(h.at) as first_at,
           max(h.at) as last_at, max(h.at) filter (where h.to_state = tasker.step_error()) as final_at
      from tasker.step_history h join tasker.tasks t on t.id = h.task_id
     where h.error is not null and h.at >= p_since and h.at < p_until
     group by h.fingerprint, h.position, t.template_id, h.task_id
  ), grouped as (
    select f.fingerprint, m.namespace, m.name, n.name as step, sum(f.failures)::int as failures, count(*)::int as tasks,
           min(f.first_at) as first_at, max(f.last_at) as last_at, array_agg(distinct m.version) as versions
      from failure f
      join tasker.task_templates m on m.id = f.template_id
      join tasker.step_templates n on n.template_id = f.template_id and n.position = f.position
     where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
       and (p_version is null or m.version = p_version)
     group by f.fingerprint, m.namespace, m.name, n.name
     order by failures desc, last_at desc, f.fingerprint
     limit p_limit
  ), open as (
    select g.fingerprint, g.namespace, g.name, g.step, count(*)::int as tasks
      from grouped g
      join failure f on f.fingerprint = g.fingerprint and f.final_at is not null
      join tasker.task_templates m on m.id = f.template_id and m.namespace = g.namespace and m.name = g.name
      join tasker.step_templates n on n.template_id = f.template_id and n.position = f.position and n.name = g.step
      join tasker.steps s on s.task_id = f.task_id and s.position = f.position
                         and s.state = tasker.step_error() and s.finished_at = f.final_at
     group by g.fingerprint, g.namespace, g.name, g.step)
  select g.fingerprint, g.namespace, g.name, g.step, x.error ->> 'kind', x.error ->> 'name',
         tasker.error_pattern_v1(x.error ->> 'message'), g.failures, g.tasks, coalesce(o.tasks, 0), g.first_at,
         g.last_at, x.task_id, x.error ->> 'message', g.versions
    from grouped g
    cross join lateral (
      select h.task_id, h.error from tasker.step_history h
       where h.error is not null and h.at = g.last_at and h.fingerprint = g.fingerprint order by h.task_id limit 1) x
    left join open o on (o.fingerprint, o.namespace, o.name, o.step) = (g.fingerprint, g.namespace, g.name, g.step)
   order by g.failures desc, g.last_at desc, g.fingerprint;
end $$;

comment on function tasker.failure_groups_v1(timestamptz, timestamptz, int, text[], text, text) is
  'Failed attempts from p_since to before p_until, gathered by fingerprint and step: failures (attempts), tasks, '
  'open_tasks (the step is in error now), first_at, last_at and the newest as sample. Most failures first.';
