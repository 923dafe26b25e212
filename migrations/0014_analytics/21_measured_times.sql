-- Part of performance_v1: from the history itself, each value sorted. kind as in history_rollup: 0 attempts, 1 their
-- waits, 2 tasks. average, percentiles and most: of what completed.
create function tasker.measured_times_v1(
  p_since timestamptz, p_until timestamptz, p_group text, p_namespaces text[], p_name text, p_version text
) returns table (number int, kind int, ended int, completed int, failed int, average float8, p50 float8, p95 float8,
                 p99 float8, most float8)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select * from tasker.performance_places_v1(p_group, p_namespaces, p_name, p_version)
  ), attempt as (
    select k.number, count(*)::int as attempts, (count(*) filter (where h.good))::int as completed,
           count(h.error)::int as failed, avg(h.ms) filter (where h.good) as average,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by h.ms) filter (where h.good) as p,
           avg(h.waited_ms::float8) filter (where h.good) as wait,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by h.waited_ms) filter (where h.good) as w
      from (select y.task_id, y.position, y.error, y.waited_ms, y.to_state = tasker.step_complete() as good,
                   1000 * date_part('epoch', y.at - y.started_at) as ms
              from tasker.step_history y
             where y.at >= p_since and y.at < p_until and y.from_state = tasker.step_in_progress()
               and tasker.step_ran_v1(y.to_state)) h
      join tasker.tasks t on t.id = h.task_id
      join place k on k.id = t.template_id and coalesce(k.position, h.position) = h.position
     group by k.number
  ), whole as (
    select k.number, count(*)::int as tasks, (count(*) filter (where h.good))::int as completed,
           (count(*) filter (where h.to_state = tasker.task_error()))::int as failed,
           avg(1000 * date_part('epoch', h.at - t.requested_at)) filter (where h.good) as average,
           percentile_disc(array[0.5, 0.95, 0.99, 1])
             within group (order by 1000 * date_part('epoch', h.at - t.requested_at)) filter (where h.good) as p
      from (select y.task_id, y.at, y.to_state, y.to_state = tasker.task_complete() as good
              from tasker.task_history y
             where p_group <> 'step' and y.at >= p_since and y.at < p_until
               and tasker.task_ended_v1(y.to_state) and tasker.task_open_v1(y.from_state)) h
      join tasker.tasks t on t.id = h.task_id
      join place k on k.id = t.template_id
     group by k.number)
  select a.number, 0, a.attempts, a.completed, a.failed, a.average, a.p[1], a.p[2], a.p[3], a.p[4] from attempt a
  union all
  select a.number, 1, a.completed, a.completed, 0, a.wait, a.w[1], a.w[2], a.w[3], a.w[4] from attempt a
  union all
  select e.number, 2, e.tasks, e.completed, e.failed, e.average, e.p[1], e.p[2], e.p[3], e.p[4] from whole e;
end $$;
