-- What ended from p_from to before p_to, in the shape of history_rollup.
create function tasker.history_counts_v1(p_from timestamptz, p_to timestamptz) returns table (
  kind smallint, template_id int, "position" smallint, ended int, completed int, failed int,
  all_ms float8, total_ms float8, max_ms float8, buckets smallint[], counts int[])
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  if p_from >= p_to then return; end if;
  return query
  with attempt as materialized (
    select t.template_id, h.position, h.to_state = tasker.step_complete() as good, h.error is not null as failed,
           h.waited_ms::float8 as waited, 1000 * date_part('epoch', h.at - h.started_at) as ms
      from tasker.step_history h join tasker.tasks t on t.id = h.task_id
     where h.at >= p_from and h.at < p_to and h.from_state = tasker.step_in_progress() and h.started_at is not null
       and tasker.step_ran_v1(h.to_state)
  ), value as (
    select 0 as kind, a.template_id, a.position, tasker.duration_bucket_v1(a.ms) as bucket, count(*) as ended,
           count(*) filter (where a.good) as n, count(*) filter (where a.failed) as failed, sum(a.ms) as all_ms,
           sum(a.ms) filter (where a.good) as total, max(a.ms) filter (where a.good) as most
      from attempt a group by 2, 3, 4
    union all
    select 1, a.template_id, a.position, tasker.duration_bucket_v1(a.waited), count(*), count(*), 0, sum(a.waited),
           sum(a.waited), max(a.waited)
      from attempt a where a.good group by 2, 3, 4
    union all
    select 2, e.template_id, -1, tasker.duration_bucket_v1(e.ms), count(*), count(*) filter (where e.good),
           count(*) filter (where e.to_state = tasker.task_error()), sum(e.ms), sum(e.ms) filter (where e.good),
           max(e.ms) filter (where e.good)
      from (select t.template_id, h.to_state, h.to_state = tasker.task_complete() as good,
                   1000 * date_part('epoch', h.at - t.requested_at) as ms
              from tasker.task_history h join tasker.tasks t on t.id = h.task_id
             where h.at >= p_from and h.at < p_to
               and tasker.task_ended_v1(h.to_state) and tasker.task_open_v1(h.from_state)) e
     group by 2, 4)
  select v.kind::smallint, v.template_id, v.position::smallint, sum(v.ended)::int, sum(v.n)::int, sum(v.failed)::int,
         sum(v.all_ms), coalesce(sum(v.total), 0), max(v.most),
         coalesce(array_agg(v.bucket order by v.bucket) filter (where v.n > 0), '{}'),
         coalesce(array_agg(v.n::int order by v.bucket) filter (where v.n > 0), '{}')
    from value v group by v.kind, v.template_id, v.position;
end $$;
