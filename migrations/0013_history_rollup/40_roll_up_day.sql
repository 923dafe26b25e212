-- Part of roll_up_history_v1: adds up the hours of the day that begins at p_day.
create function tasker.roll_up_day_v1(p_day timestamptz) returns void
language sql as $$
  insert into tasker.history_rollup_days (day, kind, template_id, position, ended, completed, failed, all_ms, total_ms,
                                          max_ms, buckets, counts)
  select p_day, r.kind, r.template_id, r.position, sum(r.ended), sum(r.completed), sum(r.failed), sum(r.all_ms),
         sum(r.total_ms), max(r.max_ms), coalesce(min(c.buckets), '{}'), coalesce(min(c.counts), '{}')
    from tasker.history_rollup r
    left join (select x.kind, x.template_id, x.position, array_agg(x.bucket order by x.bucket) as buckets,
                      array_agg(x.n order by x.bucket) as counts
                 from (select y.kind, y.template_id, y.position, u.bucket, sum(u.n)::int as n
                         from tasker.history_rollup y
                         cross join lateral unnest(y.buckets, y.counts) as u(bucket, n)
                        where y.hour >= p_day and y.hour < p_day + interval '1 day' group by 1, 2, 3, 4) x
                group by 1, 2, 3) c on (c.kind, c.template_id, c.position) = (r.kind, r.template_id, r.position)
   where r.hour >= p_day and r.hour < p_day + interval '1 day'
   group by r.kind, r.template_id, r.position
  on conflict do nothing
$$;
