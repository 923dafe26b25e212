create function tasker.claim_steps_v1(
  p_worker int,
  p_lanes int[],
  p_from bigint[],       -- per lane: entries below this seq are known to be gone; 0 looks at all
  p_limit int
) returns table (
  task_id bigint, "position" smallint, template_id int, attempt int, waited_ms bigint, lane_id int, rank smallint, seq bigint,
  priority smallint, correlation_id text, trace_parent text, bypass smallint[], context text, checkpoint text, granted int,
  inputs text, lock_version int, began boolean, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_memoize = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
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
  t_waited bigint[];
  -- Of all; some may turn out to be stale.
  a_task bigint[];
  a_position smallint[];
  a_template int[];
  a_lane int[];
  a_rank smallint[];
  a_seq bigint[];
  a_at timestamptz[];
  a_waited bigint[];
begin
  perform 1 from tasker.workers w where w.id = p_worker and w.lost_at is null and w.lease_expires_at >= clock_timestamp();
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
                floor(greatest(0, extract(epoch from v_now - d.ready_at)) * 1000)::bigint as waited)
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
      select t.task_id, t.begun_at, p_worker, t.waited, t.position, tasker.step_in_progress(), 1
        from unnest(t_task, t_position, t_at, t_waited, t_fresh) as t(task_id, position, begun_at, waited, fresh) where t.fresh
      on conflict (task_id, position) do update
        set state = tasker.step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker, started_at = excluded.started_at, finished_at = null,
            waited_ms = excluded.waited_ms
        where s.state = tasker.step_ready();
      get diagnostics v_got = row_count;

      if not (true = all (t_fresh)) then
        update tasker.steps s
           set state = tasker.step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker, started_at = x.begun_at, finished_at = null, waited_ms = x.waited
          from (select t.begun_at, t.waited, r.tid
                  from unnest(t_task, t_position, t_at, t_waited, t_fresh) as t(task_id, position, begun_at, waited, fresh), lateral (
                  select y.ctid as tid from tasker.steps y
                   where y.task_id = t.task_id and y.position = t.position and y.state = tasker.step_ready() offset 0) r
                 where not t.fresh) x
         where s.ctid = x.tid;
        get diagnostics v_count = row_count;
        v_got := v_got + v_count;
        -- A row that an operator was changing is not found again by its ctid, and its entry must not be lost.
        if v_count < (select count(*) from unnest(t_fresh) f where not f) and exists (
             select 1 from unnest(t_task, t_position, t_fresh) as t(task_id, position, fresh), lateral (
               select 1 from tasker.steps y where y.task_id = t.task_id and y.position = t.position and y.state = tasker.step_ready() offset 0) r
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

  update tasker.tasks t set state = tasker.task_in_progress(), started_at = v_now
    from (select y.ctid as tid from tasker.tasks y
           where y.id = any (a_task) and y.state = tasker.task_pending()
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
       where y.task_id = q.task_id and y.position = q.position and y.state = tasker.step_in_progress()
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
