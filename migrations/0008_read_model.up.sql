-- Purpose: the read model: how steps and tasks stand and why, what was slow, what fails; and the indexes that searching needs.
-- Columns are stable: a function that must change gets a new suffix. Reference: docs/11-read-model.md.
-- Locks: tasks, task_annotations and the history against writes while their indexes are built, and the history is rewritten
-- for its new column: do it while nothing runs. Time on 10 M rows: minutes.
-- Breaking: no.

------------------------------------------------------------------------------------------------------------------------
-- Failures: what is the same failure.

create function tasker.error_pattern_v1(p_message text) returns text
language sql immutable parallel safe
return btrim(regexp_replace(regexp_replace(left(p_message, 500),
  -- Quoted text, uuids, hexadecimal, numbers: what differs between two failures of one cause. An apostrophe inside a word quotes nothing.
  '(?<!\w)\x27[^\x27]*\x27(?!\w)|\x22[^\x22]*\x22|\x60[^\x60]*\x60|\m[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\M|\m0[xX][0-9a-fA-F]+\M|\m(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\M|\d+([.,:]\d+)*',
  '?', 'g'), '\s+', ' ', 'g'));

comment on function tasker.error_pattern_v1(text) is
  'A message with quoted text, uuids, hexadecimal and numbers replaced by ?: equal for failures of one cause.';

create function tasker.error_fingerprint_v1(p_error jsonb) returns text
language sql immutable parallel safe
return lpad(to_hex(hashtextextended(concat_ws(E'\n', p_error ->> 'kind', p_error ->> 'name', p_error ->> 'code',
                                            tasker.error_pattern_v1(p_error ->> 'message')), 0)), 16, '0');

comment on function tasker.error_fingerprint_v1(jsonb) is
  'Sixteen hexadecimal digits that are the same for failures of one cause: kind, name, code and the pattern of the message.';

-- Written with the row: computed when failures are looked at, it would take longer than all the rest.
alter table tasker.step_history add column fingerprint text
  generated always as (case when error is not null then tasker.error_fingerprint_v1(error) end) stored;

------------------------------------------------------------------------------------------------------------------------
-- Indexes. None is on a column of tasks that running it changes: those updates stay HOT.

create index tasks_template on tasker.tasks (template_id, requested_at, id);
-- Merged a megabyte at a time: at the default of four, now and then a creation waits twice as long.
create index tasks_context on tasker.tasks using gin (context jsonb_path_ops) with (gin_pending_list_limit = 1024);
create index tasks_tags on tasker.tasks using gin (tags) where tags <> '{}';
create index task_annotations_type on tasker.task_annotations (annotation_type_id, task_id);
create index task_annotations_annotation on tasker.task_annotations using gin (annotation jsonb_path_ops);
-- What succeeds is in none of the partial ones.
create index task_history_rare on tasker.task_history (to_state, task_id) where to_state > 2;
create index step_history_rare on tasker.step_history (to_state, task_id) where to_state > 4;
create index step_history_failures on tasker.step_history (at) include (task_id, position, to_state, fingerprint) where error is not null;
create index task_history_at on tasker.task_history using brin (at) with (pages_per_range = 16);
create index step_history_at on tasker.step_history using brin (at) with (pages_per_range = 16);

------------------------------------------------------------------------------------------------------------------------
-- How a task stands.

create function tasker.live_floor_v1() returns bigint
language sql stable
return least((select min(q.task_id) from tasker.queue q), (select min(d.task_id) from tasker.delayed_steps d),
             (select min(k.task_id) from tasker.parked_steps k), (select min(o.task_id) from tasker.operated_tasks o),
             (select min(w.min_task_id) from tasker.workers w), 9223372036854775807);

comment on function tasker.live_floor_v1() is
  'No task below this id is pending or in progress, and none of its steps is ready, running or waiting for a retry.';

create function tasker.step_readiness_v1(p_task bigint) returns table (
  "position" smallint, step text, state text, ready boolean, reason text,
  parents int, satisfied_parents int, parent_positions smallint[], waits_for text[], blocked_by text[],
  due_at timestamptz, queue_ahead int, queue_capped boolean, live_workers int, handler text, queue text,
  worker_id int, worker text, host text, started_at timestamptz, finished_at timestamptz,
  attempt smallint, retry_limit int, attempts_left int, last_failed_at timestamptz)
language sql stable
set jit = off as $$
  with recursive task as materialized (
    select t.id, t.template_id, t.state, t.hold from tasker.tasks t where t.id = p_task
  ), standing as materialized (
    select m.position, m.name, m.lane_id, m.parents, m.retryable, m.retry_limit, m.paused, t.state as task_state, t.hold,
           s.state, coalesce(s.attempt, 0::smallint) as attempt, coalesce(s.granted, 0::smallint) as granted, s.worker_id,
           case when s.attempt > 0 then s.started_at end as started_at, s.finished_at
      from task t
      join tasker.step_templates m on m.template_id = t.template_id
      left join tasker.steps s on s.task_id = t.id and s.position = m.position
  ), edge as materialized (
    select n.position, u.position as parent, u.ord from standing n, unnest(n.parents) with ordinality as u(position, ord)
  ), met as (
    select e.position, count(*) filter (where p.state in (4, 6, 8))::int as satisfied,
           array_agg(p.name order by e.ord) filter (where (p.state in (4, 6, 8)) is not true) as missing
      from edge e join standing p on p.position = e.parent
     group by e.position
  ), doomed(position, origin) as (
    -- The first hundred: whoever reads a longer list learns nothing more from it.
    (select e.position, f.position from (select n.position from standing n where n.state in (5, 7) order by n.position limit 100) f
       join edge e on e.parent = f.position)
    union
    select e.position, d.origin from doomed d join edge e on e.parent = d.position
  ), doom as (
    select d.position, array_agg(n.name order by n.position) as origins
      from doomed d join standing n on n.position = d.origin group by d.position
  ), node as materialized (
    select n.*, coalesce(x.satisfied, 0) as satisfied, coalesce(x.missing, '{}') as missing, coalesce(o.origins, '{}') as origins,
           case when n.state is not null then n.state
                when n.task_state in (0, 1) and cardinality(n.parents) = coalesce(x.satisfied, 0) then 1 else 0 end as code
      from standing n
      left join met x on x.position = n.position
      left join doom o on o.position = n.position
  ), lane as materialized (
    select l.id, l.queue, l.handler,
           (select count(*)::int from tasker.workers w
             where w.lost_at is null and w.lease_expires_at > clock_timestamp() and not w.draining and not w.drain_requested
               and l.id = any (w.lanes)) as serving
      from tasker.lanes l where l.id in (select n.lane_id from node n)
  ), line as materialized (
    -- The first thousand of each lane: further back it only matters that it is far.
    select q.task_id, q.position, q.ord
      from (select distinct n.lane_id from node n where n.code = 1) l
      cross join lateral (
        select y.task_id, y.position, (row_number() over (order by y.rank, y.seq))::int as ord
          from (select z.task_id, z.position, z.rank, z.seq from tasker.queue z
                 where z.lane_id = l.lane_id order by z.rank, z.seq limit 1000) y) q
     where q.task_id = p_task
  )
  select n.position, n.name, tasker.step_state_v1(n.code::smallint), n.code = 1,
         case when n.code >= 4 then 'finished'
              when n.code = 2 then 'running'
              when n.task_state >= 2 and n.origins = '{}' then 'task_ended'
              when n.code = 3 then 'backing_off'
              when n.code = 0 and n.origins <> '{}' then 'blocked'
              when n.code = 0 then 'waits_for_parents'
              when n.hold then 'paused_task'
              when n.paused then 'paused_step'
              when l.serving = 0 then 'no_live_worker'
              else 'queued' end,
         cardinality(n.parents), n.satisfied, n.parents, case when n.code = 0 then n.missing else '{}' end,
         case when n.code = 0 then n.origins else '{}' end,
         case when n.code = 3 then (select d.run_at from tasker.delayed_steps d where d.task_id = p_task and d.position = n.position limit 1) end,
         case when n.code = 1 then coalesce(q.ord - 1, 1000) end, case when n.code = 1 then q.ord is null end,
         l.serving, l.handler, l.queue,
         case when n.attempt > 0 then n.worker_id end, w.name, w.host, n.started_at, n.finished_at, n.attempt, n.retry_limit,
         case when n.retryable then greatest(n.retry_limit - n.attempt + n.granted, 0) when n.attempt > n.granted then 0 else 1 end, f.at
    from node n
    join lane l on l.id = n.lane_id
    left join line q on q.position = n.position and n.code = 1
    left join tasker.workers w on w.id = n.worker_id and n.attempt > 0
    left join (select h.position, max(h.at) as at from tasker.step_history h where h.task_id = p_task and h.error is not null group by h.position) f
      on f.position = n.position
   order by n.position
$$;

comment on function tasker.step_readiness_v1(bigint) is
  'Every step of a task and why it does not run. reason: finished, running, task_ended, backing_off (due_at), blocked (blocked_by: failed '
  'or cancelled ancestors, at most 100), waits_for_parents (waits_for), paused_task, paused_step, no_live_worker (handler, queue), queued '
  '(queue_ahead steps of its lane come first; queue_capped: at least so many). By position; no rows: no such task.';

create function tasker.execution_context_v1(p_task bigint) returns table (
  task_id bigint, state text, total_steps int, pending_steps int, ready_steps int, in_progress_steps int, waiting_for_retry_steps int,
  completed_steps int, failed_steps int, cancelled_steps int, blocked_steps int, unserved_steps int,
  execution_status text, recommended_action text, completion_percentage float8, health_status text)
language sql stable
set jit = off as $$
  with counted as (
    select t.id, t.state, t.hold, count(r.step)::int as total,
           (count(*) filter (where r.state = 'pending'))::int as pending, (count(*) filter (where r.state = 'ready'))::int as ready,
           (count(*) filter (where r.state = 'in_progress'))::int as running, (count(*) filter (where r.state = 'waiting_for_retry'))::int as waiting,
           (count(*) filter (where r.state in ('complete', 'skipped', 'resolved_manually')))::int as satisfied,
           (count(*) filter (where r.state = 'error'))::int as failed, (count(*) filter (where r.state = 'cancelled'))::int as cancelled,
           (count(*) filter (where r.reason = 'blocked'))::int as blocked, (count(*) filter (where r.reason = 'no_live_worker'))::int as unserved
      from tasker.tasks t left join lateral tasker.step_readiness_v1(t.id) r on true
     where t.id = p_task group by t.id
  ), judged as (
    select c.*, case when c.state = 2 then 'all_complete' when c.state = 3 then 'blocked_by_failures' when c.state > 3 then 'finished'
                     when c.hold then 'paused' when c.ready > c.unserved then 'has_ready_steps' when c.running > 0 then 'processing'
                     when c.unserved > 0 then 'no_live_worker' when c.waiting > 0 then 'waiting_for_retry'
                     when c.failed + c.cancelled > 0 then 'blocked_by_failures'
                     else 'waiting_for_dependencies' end as status
      from counted c)
  select j.id, tasker.task_state_v1(j.state), j.total, j.pending, j.ready, j.running, j.waiting, j.satisfied, j.failed, j.cancelled,
         j.blocked, j.unserved, j.status,
         case j.status when 'paused' then 'resume_task' when 'has_ready_steps' then 'execute_ready_steps' when 'processing' then 'wait_for_completion'
                       when 'no_live_worker' then 'start_worker' when 'waiting_for_retry' then 'wait_for_retry'
                       when 'blocked_by_failures' then 'handle_failures' when 'waiting_for_dependencies' then 'wait_for_dependencies' else 'none' end,
         case when j.total = 0 then 0 else round(100.0 * j.satisfied / j.total, 2)::float8 end,
         case when j.state in (2, 4, 5) then 'healthy'
              when j.state = 3 then 'blocked'
              when j.failed + j.cancelled = 0 and j.waiting = 0 then 'healthy'
              when j.ready + j.running + j.waiting > 0 then 'recovering'
              else 'blocked' end
    from judged j
$$;

comment on function tasker.execution_context_v1(bigint) is
  'One task in numbers: steps by state, execution_status, recommended_action, completion_percentage (two decimals) and health_status '
  '(healthy; recovering: something failed, the rest moves; blocked: nothing can move). One row, or none: no such task.';

-- Kahn's algorithm over arrays: linear in steps and dependencies.
create function tasker.template_levels_v1(p_template int) returns table (ord int, "position" smallint, level int)
language plpgsql stable as $$
declare
  v_count int;
  v_open int[];      -- parents not seen yet, by position + 1
  v_level int[];
  v_from int[];      -- where the children of a position begin in v_child
  v_child int[];
  v_order int[];
  v_at int := 1;
  v_next int;
begin
  select count(*), array_agg(cardinality(m.parents) order by m.position), array_fill(0, array[count(*)::int]),
         array_agg(m.position::int order by m.position) filter (where m.parents = '{}')
    into v_count, v_open, v_level, v_order
    from tasker.step_templates m where m.template_id = p_template;
  if v_count = 0 then return; end if;
  select coalesce(array_agg(e.child order by e.parent), '{}') into v_child
    from (select u.position as parent, m.position::int as child
            from tasker.step_templates m cross join lateral unnest(m.parents) as u(position) where m.template_id = p_template) e;
  select array_agg(f.start order by f.position) into v_from
    from (select g.position, (1 + coalesce(sum(c.edges) over (order by g.position rows between unbounded preceding and 1 preceding), 0))::int as start
            from generate_series(0, v_count) as g(position)
            left join (select u.position, count(*) as edges
                         from tasker.step_templates m cross join lateral unnest(m.parents) as u(position)
                        where m.template_id = p_template group by u.position) c on c.position = g.position) f;
  while v_at <= cardinality(v_order) loop
    ord := v_at;
    position := v_order[v_at];
    level := v_level[position + 1];
    return next;
    for i in v_from[position + 1] .. v_from[position + 2] - 1 loop
      v_next := v_child[i] + 1;
      v_open[v_next] := v_open[v_next] - 1;
      if v_level[v_next] <= level then v_level[v_next] := level + 1; end if;
      if v_open[v_next] = 0 then v_order[cardinality(v_order) + 1] := v_next - 1; end if;
    end loop;
    v_at := v_at + 1;
  end loop;
end $$;

comment on function tasker.template_levels_v1(int) is
  'Steps of a template, parents before children (ord), with the longest way from a root (level, 0: a root).';

create function tasker.dependency_levels_v1(p_task bigint) returns table ("position" smallint, step text, level int)
language sql stable as $$
  select m.position, m.name, l.level
    from tasker.tasks t
    cross join lateral tasker.template_levels_v1(t.template_id) l
    join tasker.step_templates m on m.template_id = t.template_id and m.position = l.position
   where t.id = p_task
   order by l.level, m.position
$$;

comment on function tasker.dependency_levels_v1(bigint) is 'Longest way from a root for each step of a task; roots are 0. By level and position.';

create function tasker.critical_path_v1(p_task bigint) returns table (ord int, "position" smallint, step text, duration_ms float8, waited_ms float8)
language plpgsql stable
set jit = off as $$
declare
  v_template int;
  v_ms float8[];       -- by position + 1
  v_waited float8[];
  v_best float8[];
  v_via int[];
  v_last int;
  v_path int[] := '{}';
  v_step record;
  v_parent int;
begin
  select t.template_id into v_template from tasker.tasks t where t.id = p_task;
  if v_template is null then return; end if;
  with past as (
    select h.position, min(h.started_at) as began, max(h.at) as ended, (array_agg(h.waited_ms order by h.at))[1] as waited
      from tasker.step_history h where h.task_id = p_task and h.from_state = 2 group by h.position)
  select array_agg(greatest(0, coalesce(1000 * date_part('epoch', x.ended - x.began), 0)) order by x.position), array_agg(x.waited order by x.position)
    into v_ms, v_waited
    from (select m.position, coalesce(p.began, case when s.attempt > 0 then s.started_at end) as began,
                 case when s.state in (2, 3) then clock_timestamp() else coalesce(p.ended, s.finished_at) end as ended,
                 greatest(0, coalesce(p.waited, s.waited_ms, 0)) as waited
            from tasker.step_templates m
            left join tasker.steps s on s.task_id = p_task and s.position = m.position
            left join past p on p.position = m.position
           where m.template_id = v_template) x;
  v_best := array_fill(0::float8, array[cardinality(v_ms)]);
  v_via := array_fill(-1, array[cardinality(v_ms)]);
  for v_step in
    select l.position as at, m.parents from tasker.template_levels_v1(v_template) l
      join tasker.step_templates m on m.template_id = v_template and m.position = l.position order by l.ord
  loop
    foreach v_parent in array v_step.parents loop
      if v_via[v_step.at + 1] = -1 or v_best[v_parent + 1] > v_best[v_via[v_step.at + 1] + 1] then v_via[v_step.at + 1] := v_parent; end if;
    end loop;
    v_best[v_step.at + 1] := v_ms[v_step.at + 1] + v_waited[v_step.at + 1]
      + case when v_via[v_step.at + 1] = -1 then 0 else v_best[v_via[v_step.at + 1] + 1] end;
    if v_last is null or v_best[v_step.at + 1] > v_best[v_last + 1] then v_last := v_step.at; end if;
  end loop;
  while v_last <> -1 loop
    v_path := v_last || v_path;
    v_last := v_via[v_last + 1];
  end loop;
  return query
    select p.ord::int, m.position, m.name, v_ms[m.position + 1], v_waited[m.position + 1]
      from unnest(v_path) with ordinality as p(position, ord)
      join tasker.step_templates m on m.template_id = v_template and m.position = p.position
     order by p.ord;
end $$;

comment on function tasker.critical_path_v1(bigint) is
  'The chain of dependent steps that took longest, from a root on. duration_ms: first start to end, or to now, retries and their waits '
  'included; waited_ms: in the queue before that.';

------------------------------------------------------------------------------------------------------------------------
-- How everything stands, and how it went.

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
