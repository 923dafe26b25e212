-- Purpose: the statement that hands queued steps to a worker, and the one that queues delayed steps that are due.
-- Locks: queue rows, skipping locked ones; rows of tasks that have not begun, so it hardly ever waits for a settlement; steps
-- and tasks an operator is acting on, and the pauses of what it parks.
-- Breaking: no.

-- Puts aside entries a claim met whose task, or whose step everywhere, is paused.
create function tasker.park_steps_v1(
  t_task bigint[], t_position smallint[], t_template int[], t_lane int[], t_rank smallint[], t_fresh boolean[], t_at timestamptz[],
  t_waited int[], t_parked boolean[]
) returns void
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_held bigint[];
  v_count int;
begin
  -- Whoever ends the pause must find them: it waits for this claim, or it was first and the claim is made again.
  with held as (
    select o.task_id from tasker.operated_tasks o where o.hold and o.task_id = any (t_task) order by o.task_id for share)
  select array_agg(h.task_id) into v_held from held h;
  perform 1 from tasker.step_templates m
    where m.paused and exists (select 1 from unnest(t_template, t_position, t_parked) as u(template_id, position, parked)
                                where u.parked and u.template_id = m.template_id and u.position = m.position)
    order by m.template_id, m.position for share;

  insert into tasker.parked_steps (task_id, position, template_id, lane_id, rank, fresh, ready_at)
  select t.task_id, t.position, t.template_id, t.lane_id, t.rank, t.fresh, t.begun_at - t.waited * interval '1 millisecond'
    from unnest(t_task, t_position, t_template, t_lane, t_rank, t_fresh, t_at, t_waited, t_parked)
           as t(task_id, position, template_id, lane_id, rank, fresh, begun_at, waited, parked)
   where t.parked
     and (t.task_id = any (v_held)
          or exists (select 1 from tasker.step_templates m
                      where m.template_id = t.template_id and m.position = t.position and m.paused));
  get diagnostics v_count = row_count;
  if v_count < (select count(*) from unnest(t_parked) p where p) then
    raise exception 'a pause has ended meanwhile' using errcode = '40001';
  end if;
end $$;

create function tasker.claim_steps_v1(
  p_worker int,
  p_lanes int[],
  p_from bigint[],       -- per lane: entries below this seq are known to be gone; 0 looks at all
  p_limit int
) returns table (
  task_id bigint, "position" smallint, template_id int, attempt smallint, waited_ms int, lane_id int, rank smallint, seq bigint,
  priority smallint, correlation_id text, trace_parent text, bypass smallint[], context text, checkpoint text, granted smallint,
  inputs text, lock_version int, began boolean, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_memoize = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  v_parked boolean[];
  v_left int;
  v_picked int;
  v_got int;
  v_count int;
  v_have int := 0;
  -- Of one look at the queue.
  t_task bigint[];
  t_position smallint[];
  t_template int[];
  t_lane int[];
  t_rank smallint[];
  t_seq bigint[];
  t_fresh boolean[];
  t_at timestamptz[];
  t_waited int[];
  -- Of all; some may turn out to be stale.
  a_task bigint[];
  a_position smallint[];
  a_template int[];
  a_lane int[];
  a_rank smallint[];
  a_seq bigint[];
  a_at timestamptz[];
  a_waited int[];
begin
  perform 1 from tasker.workers w where w.id = p_worker and w.lost_at is null and w.lease_expires_at >= v_now;
  if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;

  -- A claim that a crash of the server forgets is only claimed again, so nobody waits for the disk here; what follows from
  -- it, a settlement, does wait and carries the claim with it.
  perform set_config('synchronous_commit', 'off', true);

  loop
    v_left := p_limit - v_have;
    with picked as materialized (
      select q.tid, q.rank, q.seq
        from unnest(p_lanes, p_from) as l(lane, from_seq)
        cross join lateral (
          select y.ctid as tid, y.rank, y.seq from tasker.queue y
           where y.lane_id = l.lane and y.seq >= l.from_seq
           order by y.rank, y.seq limit v_left for update skip locked) q
       order by q.rank, q.seq limit v_left
    ), taken as (
      delete from tasker.queue d using picked p where d.ctid = p.tid
      returning d.task_id, d.position, d.template_id, d.lane_id, d.rank, d.seq, d.fresh,
                -- The time was read before the snapshot: what is in it may be a little younger.
                greatest(v_now, d.ready_at) as begun_at,
                floor(greatest(0, extract(epoch from v_now - d.ready_at)) * 1000)::int as waited)
    select array_agg(t.task_id), array_agg(t.position), array_agg(t.template_id), array_agg(t.lane_id), array_agg(t.rank),
           array_agg(t.seq), array_agg(t.fresh), array_agg(t.begun_at), array_agg(t.waited)
      into t_task, t_position, t_template, t_lane, t_rank, t_seq, t_fresh, t_at, t_waited
      from (select * from taken order by rank, seq) t;
    exit when t_task is null;
    v_picked := cardinality(t_task);
    v_got := 0;

    -- Nearly always nothing is paused, and these two looks at small indexes are all it costs.
    if exists (select 1 from tasker.operated_tasks o where o.hold) or exists (select 1 from tasker.step_templates m where m.paused) then
      select array_agg(exists (select 1 from tasker.operated_tasks o where o.task_id = t.task_id and o.hold)
                    or exists (select 1 from tasker.step_templates m
                                where m.template_id = t.template_id and m.position = t.position and m.paused) order by t.ord)
        into v_parked
        from unnest(t_task, t_template, t_position) with ordinality as t(task_id, template_id, position, ord);
      if true = any (v_parked) then
        perform tasker.park_steps_v1(t_task, t_position, t_template, t_lane, t_rank, t_fresh, t_at, t_waited, v_parked);
        select array_agg(t.task_id order by t.ord), array_agg(t.position order by t.ord), array_agg(t.template_id order by t.ord),
               array_agg(t.lane_id order by t.ord), array_agg(t.rank order by t.ord), array_agg(t.seq order by t.ord),
               array_agg(t.fresh order by t.ord), array_agg(t.begun_at order by t.ord), array_agg(t.waited order by t.ord)
          into t_task, t_position, t_template, t_lane, t_rank, t_seq, t_fresh, t_at, t_waited
          from unnest(t_task, t_position, t_template, t_lane, t_rank, t_seq, t_fresh, t_at, t_waited, v_parked) with ordinality
                 as t(task_id, position, template_id, lane_id, rank, seq, fresh, begun_at, waited, parked, ord)
         where not t.parked;
      end if;
    end if;

    if t_task is not null then
      -- An operator may have touched the step meanwhile: then its own row rules, and an entry it made stale is dropped.
      insert into tasker.steps as s (task_id, started_at, worker_id, waited_ms, position, state, attempt)
      select t.task_id, t.begun_at, p_worker, t.waited, t.position, 2, 1
        from unnest(t_task, t_position, t_at, t_waited, t_fresh) as t(task_id, position, begun_at, waited, fresh) where t.fresh
      on conflict (task_id, position) do update
        set state = 2, attempt = s.attempt + 1, worker_id = p_worker, started_at = excluded.started_at, finished_at = null,
            waited_ms = excluded.waited_ms
        where s.state = 1;
      get diagnostics v_got = row_count;

      if not (true = all (t_fresh)) then
        update tasker.steps s
           set state = 2, attempt = s.attempt + 1, worker_id = p_worker, started_at = x.begun_at, finished_at = null, waited_ms = x.waited
          from (select t.begun_at, t.waited, r.tid
                  from unnest(t_task, t_position, t_at, t_waited, t_fresh) as t(task_id, position, begun_at, waited, fresh), lateral (
                  select y.ctid as tid from tasker.steps y
                   where y.task_id = t.task_id and y.position = t.position and y.state = 1 offset 0) r
                 where not t.fresh) x
         where s.ctid = x.tid;
        get diagnostics v_count = row_count;
        v_got := v_got + v_count;
        -- A row that an operator was changing is not found again by its ctid, and its entry must not be lost.
        if v_count < (select count(*) from unnest(t_fresh) f where not f) and exists (
             select 1 from unnest(t_task, t_position, t_fresh) as t(task_id, position, fresh), lateral (
               select 1 from tasker.steps y where y.task_id = t.task_id and y.position = t.position and y.state = 1 offset 0) r
              where not t.fresh) then
          raise exception 'a step was changed meanwhile' using errcode = '40001';
        end if;
      end if;

      if v_have = 0 then
        a_task := t_task; a_position := t_position; a_template := t_template; a_lane := t_lane; a_rank := t_rank;
        a_seq := t_seq; a_at := t_at; a_waited := t_waited;
      else
        a_task := a_task || t_task; a_position := a_position || t_position; a_template := a_template || t_template;
        a_lane := a_lane || t_lane; a_rank := a_rank || t_rank; a_seq := a_seq || t_seq; a_at := a_at || t_at;
        a_waited := a_waited || t_waited;
      end if;
      v_have := v_have + v_got;
    end if;
    -- A short answer tells the worker that the queue is empty, so what was parked or dropped is made up for.
    exit when v_picked < v_left or v_have >= p_limit;
  end loop;
  if v_have = 0 then return; end if;

  -- An operator who paused a task held its rows until now: everything is rolled back, and the claim is made again.
  if exists (select 1 from tasker.operated_tasks o where o.hold)
     and exists (select 1 from tasker.operated_tasks o where o.hold and o.task_id = any (a_task)) then
    raise exception 'a task was paused meanwhile' using errcode = '40001';
  end if;

  update tasker.tasks t set state = 1, started_at = v_now
    from (select y.ctid as tid from tasker.tasks y
           where y.id = any (a_task) and y.state = 0
           order by y.id for no key update) x
   where t.ctid = x.tid;

  update tasker.workers w set min_task_id = m.low
    from (select min(n) as low from unnest(a_task) n) m
   where w.id = p_worker and m.low < w.min_task_id;

  -- Each row by its key: joined as sets, a claim of a thousand compares every entry with every row.
  return query
  select q.task_id, q.position, q.template_id, s.attempt, q.waited, q.lane_id, q.rank, q.seq,
         t.priority, t.correlation_id, t.trace_parent, t.bypass, t.context, s.checkpoint, s.granted, s.inputs, t.lock_version, t.began, v_now
    from unnest(a_task, a_position, a_template, a_lane, a_rank, a_seq, a_at, a_waited) with ordinality
           as q(task_id, position, template_id, lane_id, rank, seq, begun_at, waited, ord)
    cross join lateral (
      select y.attempt, y.checkpoint::text as checkpoint, y.granted, y.inputs::text as inputs from tasker.steps y
       where y.task_id = q.task_id and y.position = q.position and y.state = 2
         and y.worker_id = p_worker and y.started_at = q.begun_at offset 0) s
    cross join lateral (
      select y.priority, y.correlation_id, y.trace_parent, y.bypass, y.context::text as context, y.lock_version, y.started_at = v_now as began
        from tasker.tasks y where y.id = q.task_id offset 0) t
   order by q.ord;
  get diagnostics v_count = row_count;
  -- Retention may have taken the task of an entry that an operator's act had left behind.
  if v_count < v_have then
    delete from tasker.steps s using unnest(a_task, a_position) as q(task_id, position)
     where s.task_id = q.task_id and s.position = q.position and s.worker_id = p_worker
       and not exists (select 1 from tasker.tasks t where t.id = q.task_id);
  end if;
end $$;

create function tasker.promote_delayed_v1(p_limit int)
returns table (promoted int, ready_task bigint[], ready_position smallint[], ready_template int[], ready_correlation text[], next_due_ms int, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  v_task bigint[];
  v_position smallint[];
begin
  perform set_config('synchronous_commit', 'off', true);

  with due as materialized (
    select d.ctid as tid from tasker.delayed_steps d where d.run_at <= v_now
     order by d.run_at, d.seq limit p_limit for update skip locked
  ), gone as (
    delete from tasker.delayed_steps d using due where d.ctid = due.tid
    returning d.task_id, d.position, d.template_id, d.lane_id, d.rank, d.run_at
  ), freed as (
    update tasker.steps s set state = 1
      from (select g.*, r.tid from gone g, lateral (
              select y.ctid as tid from tasker.steps y
               where y.task_id = g.task_id and y.position = g.position and y.state = 3 offset 0) r) x
     where s.ctid = x.tid
    returning x.task_id, x.position, x.template_id, x.lane_id, x.rank, x.run_at
  ), queued as (
    insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select f.lane_id, f.rank, f.task_id, f.template_id, f.position, false, f.run_at from freed f
    returning task_id, position, template_id
  )
  select count(*)::int, array_agg(u.task_id), array_agg(u.position), array_agg(u.template_id),
         array_agg((select t.correlation_id from tasker.tasks t where t.id = u.task_id)),
         (select array_agg(g.task_id) from gone g), (select array_agg(g.position) from gone g)
    into promoted, ready_task, ready_position, ready_template, ready_correlation, v_task, v_position from queued u;
  -- A row that an operator was changing is not found again by its ctid, and its entry must not be lost.
  if promoted < cardinality(v_task) and exists (
       select 1 from unnest(v_task, v_position) as g(task_id, position), lateral (
         select 1 from tasker.steps y where y.task_id = g.task_id and y.position = g.position and y.state = 3 offset 0) r) then
    raise exception 'a step was changed meanwhile' using errcode = '40001';
  end if;

  select ceil(extract(epoch from d.run_at - v_now) * 1000)::int into next_due_ms
    from tasker.delayed_steps d order by d.run_at, d.seq limit 1;
  -- Not greatest(): it would take no delayed step at all for one that is due now.
  if next_due_ms < 0 then next_due_ms := 0; end if;
  at := v_now;
  return next;
end $$;
