create function tasker.bottlenecks_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  namespace text, name text, version text, step text, attempts int, failed_attempts int, total_ms float8,
  p95_ms float8, average_wait_ms float8, dependents int, share float8)
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select k.*, max(k.id) over (partition by k.number) as newest
      from tasker.performance_places_v1('step', p_namespaces, p_name, p_version) k where k.position is not null
  ), piece as materialized (
    select k.number, r.kind, r.ended, r.completed, r.failed, r.all_ms, r.buckets, r.counts
      from tasker.history_pieces_v1(p_since, p_until) r
      join place k on k.id = r.template_id and k.position = r.position
  ), ranked as (
    select c.number, c.bucket, sum(c.n) over (partition by c.number order by c.bucket) as rank,
           sum(c.n) over (partition by c.number) as whole
      from (select p.number, u.bucket, sum(u.n) as n
              from piece p cross join lateral unnest(p.buckets, p.counts) as u(bucket, n)
             where p.kind = 0 group by 1, 2) c
  ), worked as (
    select p.number, (sum(p.ended) filter (where p.kind = 0))::int as attempts,
           (sum(p.failed) filter (where p.kind = 0))::int as failed, sum(p.all_ms) filter (where p.kind = 0) as total,
           coalesce(sum(p.all_ms) filter (where p.kind = 1)
                    / nullif(sum(p.ended) filter (where p.kind = 1), 0)::float8, 0) as wait,
           (select tasker.bucket_ms_v1(min(r.bucket)) from ranked r
             where r.number = p.number and r.rank >= 0.95 * r.whole) as p95
      from piece p group by p.number
  ), worst as (
    select w.*, k.id, k.position, k.step, k.namespace, k.name, k.version,
           w.total / nullif(sum(w.total) over (), 0) as share
      from worked w join place k on k.number = w.number and k.id = k.newest
     order by w.total desc, w.number limit p_limit)
  select w.namespace, w.name, w.version, w.step, w.attempts, w.failed, w.total, w.p95, w.wait, d.dependents,
         coalesce(w.share, 0)
    from worst w
    cross join lateral (
      with recursive after(position) as (
        select w.position
        union
        select c.position from after a
          join tasker.step_templates c on c.template_id = w.id and a.position = any (c.parents))
      select count(*)::int - 1 as dependents from after) d
   order by w.total desc, w.number;
end $$;

comment on function tasker.bottlenecks_v1(timestamptz, timestamptz, int, text[], text, text) is
  'Steps of templates by the time their attempts ran, all together, in the window; p95_ms: of those that completed, '
  'off by at most 2 %; dependents: steps after it in the graph; share: of all running time. Most time first.';
