-- Purpose: how everything stands and how it went: health counts, performance, slowest, bottlenecks, failure groups.
-- Columns are stable: a function that must change gets a new suffix. Reference: docs/11-read-model.md.
-- Locks: new objects only. Time on 10 M rows: none.
-- Breaking: no.

create function tasker.health_counts_v1() returns table (
  at timestamptz, total_tasks bigint, exact boolean, pending_tasks int, in_progress_tasks int, complete_tasks bigint, error_tasks int,
  cancelled_tasks int, resolved_tasks int, paused_tasks int, ready_steps int, in_progress_steps int, waiting_for_retry_steps int,
  overdue_steps int, parked_steps int, error_steps int, exhausted_steps int, oldest_ready_ms float8, unserved_steps int,
  workers int, draining_workers int, lost_workers int, capacity int, active_connections int, max_connections int)
language plpgsql stable
set jit = off as $$
#variable_conflict use_column
declare
  v_floor bigint := tasker.live_floor_v1();
  v_workers_floor bigint := (select min(w.min_task_id) from tasker.workers w);
begin
  at := clock_timestamp();
  select c.reltuples::bigint into total_tasks from pg_class c where c.oid = 'tasker.tasks'::regclass;
  exact := total_tasks < 200000;
  if exact then total_tasks := (select count(*) from tasker.tasks); end if;

  select count(*) filter (where t.state = 0), count(*) filter (where t.state = 1) into pending_tasks, in_progress_tasks
    from tasker.tasks t where t.id >= v_floor and t.state in (0, 1);
  -- The same task may be there twice: an operator ran it again.
  select count(*) filter (where t.state = 3), count(*) filter (where t.state = 4), count(*) filter (where t.state = 5)
    into error_tasks, cancelled_tasks, resolved_tasks
    from (select distinct h.task_id from tasker.task_history h where h.to_state > 2) r
    join tasker.tasks t on t.id = r.task_id;
  complete_tasks := greatest(0, total_tasks - pending_tasks - in_progress_tasks - error_tasks - cancelled_tasks - resolved_tasks);
  paused_tasks := (select count(*) from tasker.operated_tasks o where o.hold);

  select coalesce(sum(q.entries), 0), 1000 * date_part('epoch', at - min(q.oldest)),
         coalesce(sum(q.entries) filter (where not exists (
           select 1 from tasker.workers w where w.lost_at is null and w.lease_expires_at > at and not w.draining and not w.drain_requested
              and q.lane_id = any (w.lanes))), 0)
    into ready_steps, oldest_ready_ms, unserved_steps
    from (select y.lane_id, count(*)::int as entries, min(y.ready_at) as oldest from tasker.queue y group by y.lane_id) q;
  select count(*), count(*) filter (where d.run_at < at) into waiting_for_retry_steps, overdue_steps from tasker.delayed_steps d;
  parked_steps := (select count(*) from tasker.parked_steps);
  in_progress_steps := (select count(*) from tasker.steps s where s.task_id >= v_workers_floor and s.state = 2);
  select count(*), count(*) filter (where s.attempt - s.granted >= m.retry_limit) into error_steps, exhausted_steps
    from tasker.step_history h
    join tasker.steps s on s.task_id = h.task_id and s.position = h.position and s.state = 5 and s.finished_at = h.at
    join tasker.tasks t on t.id = h.task_id
    join tasker.step_templates m on m.template_id = t.template_id and m.position = h.position
   where h.to_state = 5 and h.to_state > 4;

  select count(*) filter (where w.live), count(*) filter (where w.live and (w.draining or w.drain_requested)), count(*) filter (where not w.live),
         coalesce(sum(w.concurrency) filter (where w.live and not w.draining), 0)
    into workers, draining_workers, lost_workers, capacity
    from (select y.*, y.lost_at is null and y.lease_expires_at > at as live from tasker.workers y) w;
  select count(*) filter (where a.state = 'active'), current_setting('max_connections')::int into active_connections, max_connections
    from pg_stat_activity a where a.datname = current_database();
  return next;
end $$;

comment on function tasker.health_counts_v1() is
  'Tasks by state, steps that move, failures, queue, workers and connections. One row. exact: false when total_tasks and complete_tasks are '
  'estimated by the statistics of the planner (from 200,000 tasks on); all others are always counted.';

create function tasker.performance_v1(
  p_since timestamptz, p_until timestamptz,
  p_group text,          -- all, namespace, template, version or step
  p_namespaces text[], p_name text, p_version text
) returns table (
  namespace text, name text, version text, step text,
  tasks int, completed_tasks int, failed_tasks int, task_average_ms float8, task_p50_ms float8, task_p95_ms float8, task_p99_ms float8, task_max_ms float8,
  attempts int, completed_attempts int, failed_attempts int,
  step_average_ms float8, step_p50_ms float8, step_p95_ms float8, step_p99_ms float8, step_max_ms float8,
  wait_average_ms float8, wait_p50_ms float8, wait_p95_ms float8, wait_p99_ms float8, wait_max_ms float8,
  exact boolean)
language plpgsql stable
-- The window decides which way is short: no plan fits all.
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  -- So few can be sorted one by one.
  if coalesce((select sum(n.ended) from (select r.ended from tasker.history_rollup r where r.hour > p_since - interval '1 hour' and r.hour < p_until
                        and r.kind = 0 order by r.hour desc limit 20000) n), 0) < 30000 then
  return query
  with place as materialized (
    -- One number per group: cheaper to sort by than four names. Without steps, one row per template.
    select k.*, dense_rank() over (order by k.namespace, k.name, k.version, k.step)::int as number
      from (select m.id, n.position, n.name as step, case when p_group <> 'all' then m.namespace end as namespace,
                   case when p_group not in ('all', 'namespace') then m.name end as name, case when p_group in ('version', 'step') then m.version end as version
              from tasker.task_templates m
              left join tasker.step_templates n on p_group = 'step' and n.template_id = m.id
             where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
               and (p_version is null or m.version = p_version)) k
  ), attempt as (
    select k.number, count(*)::int as attempts, (count(*) filter (where h.to_state = 4))::int as completed, count(h.error)::int as failed,
           avg(1000 * date_part('epoch', h.at - h.started_at)) filter (where h.to_state = 4) as average,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by 1000 * date_part('epoch', h.at - h.started_at)) filter (where h.to_state = 4) as p,
           avg(h.waited_ms::float8) filter (where h.to_state = 4) as wait,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by h.waited_ms) filter (where h.to_state = 4) as w
      from tasker.step_history h
      join tasker.tasks t on t.id = h.task_id
      join place k on k.id = t.template_id and coalesce(k.position, h.position) = h.position
     where h.at >= p_since and h.at < p_until and h.from_state = 2
     group by k.number
  ), ended as (
    select k.number, count(*)::int as tasks, (count(*) filter (where h.to_state = 2))::int as completed, (count(*) filter (where h.to_state = 3))::int as failed,
           avg(1000 * date_part('epoch', h.at - t.requested_at)) filter (where h.to_state = 2) as average,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by 1000 * date_part('epoch', h.at - t.requested_at)) filter (where h.to_state = 2) as p
      from tasker.task_history h
      join tasker.tasks t on t.id = h.task_id
      join place k on k.id = t.template_id
     where p_group <> 'step' and h.at >= p_since and h.at < p_until and h.to_state >= 2 and h.from_state < 2
     group by k.number)
  select n.namespace, n.name, n.version, n.step,
         coalesce(e.tasks, 0), coalesce(e.completed, 0), coalesce(e.failed, 0), e.average, e.p[1], e.p[2], e.p[3], e.p[4],
         coalesce(a.attempts, 0), coalesce(a.completed, 0), coalesce(a.failed, 0), a.average, a.p[1], a.p[2], a.p[3], a.p[4],
         a.wait, a.w[1]::float8, a.w[2]::float8, a.w[3]::float8, a.w[4]::float8, true
    from (select distinct k.number, k.namespace, k.name, k.version, k.step from place k) n
    left join attempt a on a.number = n.number
    left join ended e on e.number = n.number
   where a.number is not null or e.number is not null
   order by coalesce(a.attempts, 0) desc, n.number;
    return;
  end if;
  return query
  with place as materialized (
    select k.*, dense_rank() over (order by k.namespace, k.name, k.version, k.step)::int as number
      from (select m.id, n.position, n.name as step, case when p_group <> 'all' then m.namespace end as namespace,
                   case when p_group not in ('all', 'namespace') then m.name end as name, case when p_group in ('version', 'step') then m.version end as version
              from tasker.task_templates m
              left join tasker.step_templates n on p_group = 'step' and n.template_id = m.id
             where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
               and (p_version is null or m.version = p_version)) k
  ), piece as materialized (
    select k.number, r.kind, r.ended, r.completed, r.failed, r.total_ms, r.max_ms, r.buckets, r.counts
      from tasker.history_pieces_v1(p_since, p_until) r
      join place k on k.id = r.template_id and (p_group <> 'step' or k.position = r.position)
  ), total as (
    select p.number, p.kind, sum(p.ended)::int as ended, sum(p.completed)::int as completed, sum(p.failed)::int as failed,
           sum(p.total_ms) / nullif(sum(p.completed), 0)::float8 as average, max(p.max_ms) as most
      from piece p group by p.number, p.kind
  ), counted as (
    select p.number, p.kind, u.bucket, sum(u.n) as n from piece p cross join lateral unnest(p.buckets, p.counts) as u(bucket, n) group by 1, 2, 3
  ), ranked as (
    select c.number, c.kind, c.bucket, sum(c.n) over (partition by c.number, c.kind order by c.bucket) as rank, sum(c.n) over (partition by c.number, c.kind) as whole
      from counted c
  ), split as (
    select r.number, r.kind, tasker.bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.5 * r.whole)) as p50,
           tasker.bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.95 * r.whole)) as p95, tasker.bucket_ms_v1(min(r.bucket) filter (where r.rank >= 0.99 * r.whole)) as p99
      from ranked r group by r.number, r.kind
  ), told as materialized (
    select o.*, least(x.p50, o.most) as p50, least(x.p95, o.most) as p95, least(x.p99, o.most) as p99
      from total o left join split x on x.number = o.number and x.kind = o.kind)
  select n.namespace, n.name, n.version, n.step,
         coalesce(e.ended, 0), coalesce(e.completed, 0), coalesce(e.failed, 0), e.average, e.p50, e.p95, e.p99, e.most,
         coalesce(a.ended, 0), coalesce(a.completed, 0), coalesce(a.failed, 0), a.average, a.p50, a.p95, a.p99, a.most,
         w.average, w.p50, w.p95, w.p99, w.most, false
    from (select distinct k.number, k.namespace, k.name, k.version, k.step from place k) n
    left join told a on a.number = n.number and a.kind = 0
    left join told w on w.number = n.number and w.kind = 1
    left join told e on e.number = n.number and e.kind = 2
   where a.number is not null or e.number is not null
   order by coalesce(a.ended, 0) desc, n.number;
end $$;

comment on function tasker.performance_v1(timestamptz, timestamptz, text, text[], text, text) is
  'What ended from p_since to before p_until. exact: percentiles are measured values; else, '
  'from 30,000 attempts on, they are off by at most 2 %, and all other columns are exact. task_*: request to end of completed tasks (null when grouped by step); step_*: start to end of attempts that completed; '
  'wait_*: their time in the queue; milliseconds. Most attempts first.';

create function tasker.slowest_steps_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  task_id bigint, namespace text, name text, version text, step text, attempt smallint, state text, duration_ms float8, waited_ms int,
  started_at timestamptz, ended_at timestamptz, worker_id int)
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
declare
  -- Null: all. Whose templates they are is only looked up when somebody asks for some.
  v_templates int[];
begin
  if p_namespaces is not null or p_name is not null or p_version is not null then
    v_templates := array(select m.id from tasker.task_templates m
                          where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
                            and (p_version is null or m.version = p_version));
  end if;
  return query
  with slow as (
    select h.task_id, h.position, h.attempt, h.to_state, h.started_at, h.at, h.waited_ms, h.worker_id
      from tasker.step_history h
     where h.at >= p_since and h.at < p_until and h.from_state = 2 and h.started_at is not null
       and (v_templates is null or h.task_id in (select t.id from tasker.tasks t where t.template_id = any (v_templates)))
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
  'Attempts that ended from p_since to before p_until, longest first; state: what the attempt came to. Time in the queue is waited_ms, not duration_ms.';

create function tasker.slowest_tasks_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  task_id bigint, namespace text, name text, version text, state text, duration_ms float8, steps int, completed_steps int, failed_steps int,
  requested_at timestamptz, finished_at timestamptz, initiator text, source_system text)
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  return query
  with slow as (
    select t.id, t.template_id, t.state, t.requested_at, t.finished_at, t.initiator, t.source_system, m.namespace, m.name, m.version
      from tasker.task_history h
      join tasker.tasks t on t.id = h.task_id and t.state >= 2 and t.state = h.to_state
      join tasker.task_templates m on m.id = t.template_id
     where h.at >= p_since and h.at < p_until and h.to_state >= 2 and h.from_state < 2
       and (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name) and (p_version is null or m.version = p_version)
     order by h.at - t.requested_at desc, t.id
     limit p_limit)
  select s.id, s.namespace, s.name, s.version, tasker.task_state_v1(s.state), 1000 * date_part('epoch', s.finished_at - s.requested_at),
         (select count(*)::int from tasker.step_templates n where n.template_id = s.template_id),
         (select count(*)::int from tasker.steps y where y.task_id = s.id and y.position >= 0 and y.state in (4, 6, 8)),
         (select count(*)::int from tasker.steps y where y.task_id = s.id and y.state = 5),
         s.requested_at, s.finished_at, s.initiator, s.source_system
    from slow s
   order by s.finished_at - s.requested_at desc, s.id;
end $$;

comment on function tasker.slowest_tasks_v1(timestamptz, timestamptz, int, text[], text, text) is
  'Tasks that ended from p_since to before p_until and still are ended, longest from request to end first. completed_steps: satisfied ones.';

create function tasker.bottlenecks_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  namespace text, name text, version text, step text, attempts int, failed_attempts int, total_ms float8, p95_ms float8, average_wait_ms float8,
  dependents int, share float8)
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  return query
  with place as materialized (
    select m.id, n.position, n.name as step, m.namespace, m.name, m.version,
           dense_rank() over (order by m.namespace, m.name, m.version, n.name)::int as number, max(m.id) over (partition by m.namespace, m.name, m.version, n.name) as newest
      from tasker.task_templates m join tasker.step_templates n on n.template_id = m.id
     where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name) and (p_version is null or m.version = p_version)
  ), piece as materialized (
    select k.number, r.kind, r.ended, r.completed, r.failed, r.all_ms, r.buckets, r.counts
      from tasker.history_pieces_v1(p_since, p_until) r join place k on k.id = r.template_id and k.position = r.position
  ), ranked as (
    select c.number, c.bucket, sum(c.n) over (partition by c.number order by c.bucket) as rank, sum(c.n) over (partition by c.number) as whole
      from (select p.number, u.bucket, sum(u.n) as n from piece p cross join lateral unnest(p.buckets, p.counts) as u(bucket, n) where p.kind = 0 group by 1, 2) c
  ), worked as (
    select p.number, (sum(p.ended) filter (where p.kind = 0))::int as attempts, (sum(p.failed) filter (where p.kind = 0))::int as failed,
           sum(p.all_ms) filter (where p.kind = 0) as total, coalesce(sum(p.all_ms) filter (where p.kind = 1) / nullif(sum(p.ended) filter (where p.kind = 1), 0)::float8, 0) as wait,
           (select tasker.bucket_ms_v1(min(r.bucket)) from ranked r where r.number = p.number and r.rank >= 0.95 * r.whole) as p95
      from piece p group by p.number
  ), worst as (
    select w.*, k.id, k.position, k.step, k.namespace, k.name, k.version, w.total / nullif(sum(w.total) over (), 0) as share
      from worked w join place k on k.number = w.number and k.id = k.newest
     order by w.total desc, w.number limit p_limit)
  select w.namespace, w.name, w.version, w.step, w.attempts, w.failed, w.total, w.p95, w.wait, d.dependents, coalesce(w.share, 0)
    from worst w
    cross join lateral (
      with recursive after(position) as (
        select w.position
        union
        select c.position from after a join tasker.step_templates c on c.template_id = w.id and a.position = any (c.parents))
      select count(*)::int - 1 as dependents from after) d
   order by w.total desc, w.number;
end $$;

comment on function tasker.bottlenecks_v1(timestamptz, timestamptz, int, text[], text, text) is
  'Steps of templates by the time their attempts ran, all together, in the window; p95_ms: of those that completed, '
  'off by at most 2 %; dependents: steps after it in the graph; share: of all running time. Most time first.';

create function tasker.failure_groups_v1(
  p_since timestamptz, p_until timestamptz, p_limit int, p_namespaces text[], p_name text, p_version text
) returns table (
  fingerprint text, namespace text, name text, step text, kind text, error_name text, pattern text, failures int, tasks int, open_tasks int,
  first_at timestamptz, last_at timestamptz, sample_task_id bigint, sample_message text, versions text[])
language plpgsql stable
set plan_cache_mode = force_custom_plan set jit = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
  return query
  with failure as materialized (
    select h.fingerprint, h.position, t.template_id, h.task_id, count(*) as failures, min(h.at) as first_at, max(h.at) as last_at,
           max(h.at) filter (where h.to_state = 5) as final_at
      from tasker.step_history h join tasker.tasks t on t.id = h.task_id
     where h.error is not null and h.at >= p_since and h.at < p_until
     group by h.fingerprint, h.position, t.template_id, h.task_id
  ), grouped as (
    select f.fingerprint, m.namespace, m.name, n.name as step, sum(f.failures)::int as failures, count(*)::int as tasks,
           min(f.first_at) as first_at, max(f.last_at) as last_at, array_agg(distinct m.version) as versions
      from failure f
      join tasker.task_templates m on m.id = f.template_id
      join tasker.step_templates n on n.template_id = f.template_id and n.position = f.position
     where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name) and (p_version is null or m.version = p_version)
     group by f.fingerprint, m.namespace, m.name, n.name
     order by failures desc, last_at desc, f.fingerprint
     limit p_limit
  ), open as (
    select g.fingerprint, g.namespace, g.name, g.step, count(*)::int as tasks
      from grouped g
      join failure f on f.fingerprint = g.fingerprint and f.final_at is not null
      join tasker.task_templates m on m.id = f.template_id and m.namespace = g.namespace and m.name = g.name
      join tasker.step_templates n on n.template_id = f.template_id and n.position = f.position and n.name = g.step
      join tasker.steps s on s.task_id = f.task_id and s.position = f.position and s.state = 5 and s.finished_at = f.final_at
     group by g.fingerprint, g.namespace, g.name, g.step)
  select g.fingerprint, g.namespace, g.name, g.step, x.error ->> 'kind', x.error ->> 'name', tasker.error_pattern_v1(x.error ->> 'message'),
         g.failures, g.tasks, coalesce(o.tasks, 0), g.first_at, g.last_at, x.task_id, x.error ->> 'message', g.versions
    from grouped g
    cross join lateral (
      select h.task_id, h.error from tasker.step_history h
       where h.error is not null and h.at = g.last_at and h.fingerprint = g.fingerprint order by h.task_id limit 1) x
    left join open o on (o.fingerprint, o.namespace, o.name, o.step) = (g.fingerprint, g.namespace, g.name, g.step)
   order by g.failures desc, g.last_at desc, g.fingerprint;
end $$;

comment on function tasker.failure_groups_v1(timestamptz, timestamptz, int, text[], text, text) is
  'Failed attempts from p_since to before p_until, gathered by fingerprint and step: failures (attempts), tasks, open_tasks (the step is in '
  'error now), first_at, last_at and the newest as sample. Most failures first.';
