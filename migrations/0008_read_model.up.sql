-- Purpose: the read model: how a task and its steps stand and why, what is the same failure; and the indexes searching needs.
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
