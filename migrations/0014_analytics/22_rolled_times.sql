-- Part of performance_v1: from the rollup, so percentiles are those of buckets. Columns as in measured_times_v1.
create function tasker.rolled_times_v1(
  p_since timestamptz, p_until timestamptz, p_group text, p_namespaces text[], p_name text, p_version text
) returns table (number int, kind int, ended int, completed int, failed int, average float8, p50 float8, p95 float8,
                 p99 float8, most float8)
language plpgsql stable as $$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select * from tasker.performance_places_v1(p_group, p_namespaces, p_name, p_version)
  ), piece as materialized (
    select k.number, r.kind, r.ended, r.completed, r.failed, r.total_ms, r.max_ms, r.buckets, r.counts
      from tasker.history_pieces_v1(p_since, p_until) r
      join place k on k.id = r.template_id and (p_group <> 'step' or k.position = r.position)
  ), total as (
    select p.number, p.kind, sum(p.ended)::int as ended, sum(p.completed)::int as completed,
           sum(p.failed)::int as failed, sum(p.total_ms) / nullif(sum(p.completed), 0)::float8 as average,
           max(p.max_ms) as most
      from piece p group by p.number, p.kind
  ), counted as (
    select p.number, p.kind, u.bucket, sum(u.n) as n
      from piece p cross join lateral unnest(p.buckets, p.counts) as u(bucket, n) group by 1, 2, 3
  ), ranked as (
    select c.number, c.kind, c.bucket, sum(c.n) over (partition by c.number, c.kind order by c.bucket) as rank,
           sum(c.n) over (partition by c.number, c.kind) as whole
      from counted c
  ), split as (
    select r.number, r.kind, tasker.bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.5 * r.whole)) as p50,
           tasker.bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.95 * r.whole)) as p95,
           tasker.bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.99 * r.whole)) as p99
      from ranked r group by r.number, r.kind)
  select o.number, o.kind::int, o.ended, o.completed, o.failed, o.average,
         least(x.p50, o.most), least(x.p95, o.most), least(x.p99, o.most), o.most
    from total o left join split x on x.number = o.number and x.kind = o.kind;
end $$;
