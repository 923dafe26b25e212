-- Purpose: history as counts by hour and day, so that reports about weeks read thousands of rows instead of millions.
-- Reference: docs/11-read-model.md.
-- Locks: new objects only. Time on 10 M rows: none; the history is rolled up afterwards, by whoever maintains.
-- Breaking: no.

-- Every hour of history is read once more, when it is over, and kept as counts: a report about a week then reads a few
-- thousand rows instead of millions. Whoever maintains (one process at a time) calls roll_up_history_v1.
create table tasker.history_rollup (
  hour timestamptz not null,
  -- 0: how long attempts ran. 1: how long those that completed had waited in the queue. 2: how long tasks took.
  kind smallint not null,
  template_id int not null,
  position smallint not null,  -- -1 for tasks
  ended int not null,
  completed int not null,
  failed int not null,
  all_ms float8 not null,      -- of all that ended
  total_ms float8 not null,    -- of those that completed; so the rest, too
  max_ms float8,
  buckets smallint[] not null,
  counts int[] not null,
  primary key (hour, kind, template_id, position)
);

comment on table tasker.history_rollup is
  'Counts of attempts and tasks that ended, by hour, template and step. May change with any version: ask performance_v1.';

-- The same of whole days (UTC), so that a window of weeks reads few rows.
create table tasker.history_rollup_days (
  day timestamptz not null,
  kind smallint not null,
  template_id int not null,
  position smallint not null,
  ended int not null,
  completed int not null,
  failed int not null,
  all_ms float8 not null,
  total_ms float8 not null,
  max_ms float8,
  buckets smallint[] not null,
  counts int[] not null,
  primary key (day, kind, template_id, position)
);

comment on table tasker.history_rollup_days is 'history_rollup added up by day. May change with any version: ask performance_v1.';

create table tasker.rollup_progress (
  singleton boolean primary key default true check (singleton),
  -- Hours before this are in history_rollup. Null: none yet.
  rolled_until timestamptz
) with (fillfactor = 20);

-- Buckets grow by 4 %, so that the middle of one is at most 2 % away from what is in it. From 10 µs on.
create function tasker.duration_bucket_v1(p_ms float8) returns smallint
language sql immutable parallel safe
return case when p_ms <= 0.01 then 0 else ceil(ln(p_ms / 0.01) / ln(1.04::float8)) end::smallint;

create function tasker.bucket_ms_v1(p_bucket smallint) returns float8
language sql immutable parallel safe
return case when p_bucket = 0 then 0 else 0.01 * 1.04::float8 ^ (p_bucket - 0.5::float8) end;

-- What ended from p_from to before p_to, in the shape of history_rollup.
create function tasker.history_counts_v1(p_from timestamptz, p_to timestamptz) returns table (
  kind smallint, template_id int, "position" smallint, ended int, completed int, failed int, all_ms float8, total_ms float8, max_ms float8,
  buckets smallint[], counts int[])
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  if p_from >= p_to then return; end if;
  return query
  with attempt as materialized (
    select t.template_id, h.position, h.to_state = 4 as good, h.error is not null as failed, h.waited_ms::float8 as waited,
           1000 * date_part('epoch', h.at - h.started_at) as ms
      from tasker.step_history h join tasker.tasks t on t.id = h.task_id
     where h.at >= p_from and h.at < p_to and h.from_state = 2 and h.started_at is not null
  ), value as (
    select 0 as kind, a.template_id, a.position, tasker.duration_bucket_v1(a.ms) as bucket, count(*) as ended, count(*) filter (where a.good) as n,
           count(*) filter (where a.failed) as failed, sum(a.ms) as all_ms, sum(a.ms) filter (where a.good) as total, max(a.ms) filter (where a.good) as most
      from attempt a group by 2, 3, 4
    union all
    select 1, a.template_id, a.position, tasker.duration_bucket_v1(a.waited), count(*), count(*), 0, sum(a.waited), sum(a.waited), max(a.waited)
      from attempt a where a.good group by 2, 3, 4
    union all
    select 2, e.template_id, -1, tasker.duration_bucket_v1(e.ms), count(*), count(*) filter (where e.to_state = 2), count(*) filter (where e.to_state = 3),
           sum(e.ms), sum(e.ms) filter (where e.to_state = 2), max(e.ms) filter (where e.to_state = 2)
      from (select t.template_id, h.to_state, 1000 * date_part('epoch', h.at - t.requested_at) as ms
              from tasker.task_history h join tasker.tasks t on t.id = h.task_id
             where h.at >= p_from and h.at < p_to and h.to_state >= 2 and h.from_state < 2) e
     group by 2, 4)
  select v.kind::smallint, v.template_id, v.position::smallint, sum(v.ended)::int, sum(v.n)::int, sum(v.failed)::int, sum(v.all_ms),
         coalesce(sum(v.total), 0), max(v.most), coalesce(array_agg(v.bucket order by v.bucket) filter (where v.n > 0), '{}'),
         coalesce(array_agg(v.n::int order by v.bucket) filter (where v.n > 0), '{}')
    from value v group by v.kind, v.template_id, v.position;
end $$;

create function tasker.roll_up_history_v1(p_hours int) returns int
language plpgsql as $$
declare
  v_from timestamptz;
  v_first timestamptz;
  v_done int := 0;
begin
  insert into tasker.rollup_progress default values on conflict do nothing;
  select p.rolled_until into v_from from tasker.rollup_progress p for update skip locked;
  if not found then return 0; end if;
  -- Nothing is older than the oldest task.
  v_first := date_trunc('hour', (select t.requested_at from tasker.tasks t order by t.id limit 1), 'UTC');
  v_from := greatest(v_from, v_first);
  -- Two minutes for settlements of that hour that have not committed yet.
  while v_done < p_hours and v_from + interval '62 minutes' < now() loop
    insert into tasker.history_rollup (hour, kind, template_id, position, ended, completed, failed, all_ms, total_ms, max_ms, buckets, counts)
    select v_from, c.* from tasker.history_counts_v1(v_from, v_from + interval '1 hour') c
    on conflict do nothing;
    v_from := v_from + interval '1 hour';
    v_done := v_done + 1;
    if v_from = date_trunc('day', v_from, 'UTC') then
      insert into tasker.history_rollup_days (day, kind, template_id, position, ended, completed, failed, all_ms, total_ms, max_ms, buckets, counts)
      select v_from - interval '1 day', r.kind, r.template_id, r.position, sum(r.ended), sum(r.completed), sum(r.failed), sum(r.all_ms), sum(r.total_ms),
             max(r.max_ms), coalesce(min(c.buckets), '{}'), coalesce(min(c.counts), '{}')
        from tasker.history_rollup r
        left join (select x.kind, x.template_id, x.position, array_agg(x.bucket order by x.bucket) as buckets, array_agg(x.n order by x.bucket) as counts
                     from (select y.kind, y.template_id, y.position, u.bucket, sum(u.n)::int as n
                             from tasker.history_rollup y cross join lateral unnest(y.buckets, y.counts) as u(bucket, n)
                            where y.hour >= v_from - interval '1 day' and y.hour < v_from group by 1, 2, 3, 4) x
                    group by 1, 2, 3) c on (c.kind, c.template_id, c.position) = (r.kind, r.template_id, r.position)
       where r.hour >= v_from - interval '1 day' and r.hour < v_from
       group by r.kind, r.template_id, r.position
      on conflict do nothing;
    end if;
  end loop;
  update tasker.rollup_progress set rolled_until = v_from where v_done > 0;
  return v_done;
end $$;

comment on function tasker.roll_up_history_v1(int) is
  'Rolls up at most so many hours of history that are over. Returns how many; fewer than asked: nothing is left. One at a time: others return 0.';

-- What ended from p_since to before p_until: whole hours and days from the rollup, the rest from the history itself.
create function tasker.history_pieces_v1(p_since timestamptz, p_until timestamptz) returns table (
  kind smallint, template_id int, "position" smallint, ended int, completed int, failed int, all_ms float8, total_ms float8, max_ms float8,
  buckets smallint[], counts int[])
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
  return query select r.kind, r.template_id, r.position, r.ended, r.completed, r.failed, r.all_ms, r.total_ms, r.max_ms, r.buckets, r.counts
                 from tasker.history_rollup r
                where r.hour >= v_from and r.hour < v_to and (v_day_to <= v_day_from or r.hour < v_day_from or r.hour >= v_day_to);
  return query select r.kind, r.template_id, r.position, r.ended, r.completed, r.failed, r.all_ms, r.total_ms, r.max_ms, r.buckets, r.counts
                 from tasker.history_rollup_days r where r.day >= v_day_from and r.day < v_day_to;
  return query select * from tasker.history_counts_v1(v_to, p_until);
end $$;
