-- What ended from p_since to before p_until: whole hours and days from the rollup, the rest from the history itself.
create function tasker.history_pieces_v1(p_since timestamptz, p_until timestamptz) returns table (
  kind smallint, template_id int, "position" smallint, ended int, completed int, failed int,
  all_ms float8, total_ms float8, max_ms float8, buckets smallint[], counts int[])
language plpgsql stable as $$
#variable_conflict use_column
declare
  v_from timestamptz := date_trunc('hour', p_since - interval '1 microsecond', 'UTC') + interval '1 hour';
  v_to timestamptz := least(date_trunc('hour', p_until, 'UTC'), (select p.rolled_until from tasker.rollup_progress p));
  v_day_from timestamptz := date_trunc('day', v_from - interval '1 microsecond', 'UTC') + interval '1 day';
  v_day_to timestamptz := date_trunc('day', v_to, 'UTC');
begin
  if v_to is null or v_to <= v_from then
    return query select * from tasker.history_counts_v1(p_since, p_until);
    return;
  end if;
  return query select * from tasker.history_counts_v1(p_since, v_from);
  return query
    select r.kind, r.template_id, r.position, r.ended, r.completed, r.failed, r.all_ms, r.total_ms, r.max_ms,
           r.buckets, r.counts
      from tasker.history_rollup r
     where r.hour >= v_from and r.hour < v_to
       and (v_day_to <= v_day_from or r.hour < v_day_from or r.hour >= v_day_to);
  return query
    select r.kind, r.template_id, r.position, r.ended, r.completed, r.failed, r.all_ms, r.total_ms, r.max_ms,
           r.buckets, r.counts
      from tasker.history_rollup_days r where r.day >= v_day_from and r.day < v_day_to;
  return query select * from tasker.history_counts_v1(v_to, p_until);
end $$;
