create function tasker.performance_v1(
  p_since timestamptz, p_until timestamptz,
  p_group text,          -- all, namespace, template, version or step
  p_namespaces text[], p_name text, p_version text
) returns table (
  namespace text, name text, version text, step text,
  tasks int, completed_tasks int, failed_tasks int,
  task_average_ms float8, task_p50_ms float8, task_p95_ms float8, task_p99_ms float8, task_max_ms float8,
  attempts int, completed_attempts int, failed_attempts int,
  step_average_ms float8, step_p50_ms float8, step_p95_ms float8, step_p99_ms float8, step_max_ms float8,
  wait_average_ms float8, wait_p50_ms float8, wait_p95_ms float8, wait_p99_ms float8, wait_max_ms float8,
  exact boolean)
language plpgsql stable
-- The window decides which way is short: no plan fits all.
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
declare
  -- So few can be sorted one by one.
  v_exact boolean := 30000 > coalesce((
    select sum(n.ended)
      from (select r.ended from tasker.history_rollup r
             where r.hour > p_since - interval '1 hour' and r.hour < p_until and r.kind = 0
             order by r.hour desc limit 20000) n), 0);
begin
  return query
  with place as materialized (
    select distinct k.number, k.namespace, k.name, k.version, k.step
      from tasker.performance_places_v1(p_group, p_namespaces, p_name, p_version) k
  ), told as materialized (
    select m.* from tasker.measured_times_v1(p_since, p_until, p_group, p_namespaces, p_name, p_version) m where v_exact
    union all
    select r.* from tasker.rolled_times_v1(p_since, p_until, p_group, p_namespaces, p_name, p_version) r
     where not v_exact)
  select n.namespace, n.name, n.version, n.step,
         coalesce(e.ended, 0), coalesce(e.completed, 0), coalesce(e.failed, 0), e.average, e.p50, e.p95, e.p99, e.most,
         coalesce(a.ended, 0), coalesce(a.completed, 0), coalesce(a.failed, 0), a.average, a.p50, a.p95, a.p99, a.most,
         w.average, w.p50, w.p95, w.p99, w.most, v_exact
    from place n
    left join told a on a.number = n.number and a.kind = 0
    left join told w on w.number = n.number and w.kind = 1
    left join told e on e.number = n.number and e.kind = 2
   where a.number is not null or e.number is not null
   order by coalesce(a.ended, 0) desc, n.number;
end $$;

comment on function tasker.performance_v1(timestamptz, timestamptz, text, text[], text, text) is
  'What ended from p_since to before p_until. exact: percentiles are measured values; else, from 30,000 attempts on, '
  'they are off by at most 2 %, and all other columns are exact. task_*: request to end of completed tasks (null when '
  'grouped by step); step_*: start to end of attempts that completed; wait_*: their time in the queue; milliseconds. '
  'Most attempts first.';
