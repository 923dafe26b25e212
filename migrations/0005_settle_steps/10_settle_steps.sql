create function tasker.settle_steps_v1(
  p_worker int,
  p_for_lost boolean,         -- true: a rescuer speaks for a worker that was declared lost
  -- outcomes; c_attempt is the fence, c_keep the attempt number the row keeps (a released step gets its attempt back)
  c_task bigint[], c_position smallint[], c_attempt int[], c_keep int[], c_state smallint[], c_result text[], c_error text[],
  -- outcomes that run again: 0 delay goes to the queue, otherwise they wait
  r_task bigint[], r_position smallint[], r_template int[], r_lane int[], r_rank smallint[], r_delay_ms bigint[],
  -- dependents with one parent: they start now, here (n_mine) or in the queue
  n_task bigint[], n_position smallint[], n_template int[], n_lane int[], n_rank smallint[], n_mine boolean[],
  -- dependents with several parents, virtual ends (position -1) and steps that became blocked; each key once
  j_task bigint[], j_position smallint[], j_template int[], j_lane int[], j_rank smallint[], j_mine boolean[],
  j_need smallint[], j_met smallint[], j_blocked boolean[],
  -- tasks whose only sink completed
  f_task bigint[],
  -- number of steps of each task in j
  k_task bigint[], k_steps int[]
) returns table (started_task bigint[], started_position smallint[], ready_task bigint[], ready_position smallint[], queued int, ended_task bigint[], ended_state smallint[],
  -- dependents the caller wanted for itself and did not get: an operator has paused or touched their task or step
  declined_task bigint[], declined_position smallint[], at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_lost boolean;
  v_count int;
  v_whole bigint[];
  v_blocked bigint[];
  v_exact bigint[];
  v_held bigint[];
  v_counted record;
begin
  -- Database clock: a worker that slept past its lease is refused even before anybody declared it lost.
  select case when p_for_lost then w.lost_at is null else w.lost_at is not null or w.lease_expires_at < clock_timestamp() end
    into v_lost from tasker.workers w where w.id = p_worker;
  if v_lost is distinct from false then
    raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02';
  end if;

  with settled as (
    update tasker.steps s
       set state = c.state, attempt = c.keep, result = c.result::jsonb,
           finished_at = case when tasker.step_ended_v1(c.state) then v_now end,
           checkpoint = case when tasker.step_open_v1(c.state) then s.checkpoint end
      from (select o.*, x.tid
              from unnest(c_task, c_position, c_attempt, c_keep, c_state, c_result, c_error)
                     as o(task_id, position, attempt, keep, state, result, error),
                   lateral (select y.ctid as tid from tasker.steps y
                             where y.task_id = o.task_id and y.position = o.position and y.state = tasker.step_in_progress()
                               and y.worker_id = p_worker and y.attempt = o.attempt offset 0) x) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.started_at, s.waited_ms, s.state, c.attempt, c.error)
  insert into tasker.step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt, from_state, to_state, error)
  select t.task_id, v_now, t.started_at, p_worker, t.waited_ms, t.position, t.attempt, tasker.step_in_progress(), t.state, t.error::jsonb from settled t;
  get diagnostics v_count = row_count;
  if v_count <> cardinality(c_task) then
    -- A row that somebody was changing, such as its checkpoint, is not found again by its ctid; it may be ours still.
    if exists (select 1 from unnest(c_task, c_position, c_attempt) as o(task_id, position, attempt), lateral (
                 select 1 from tasker.steps y where y.task_id = o.task_id and y.position = o.position and y.state = tasker.step_in_progress()
                    and y.worker_id = p_worker and y.attempt = o.attempt offset 0) x) then
      raise exception 'a step was changed meanwhile' using errcode = '40001';
    end if;
    raise exception 'stale outcomes' using errcode = 'TSK01', detail = (
      select string_agg((o.ord - 1)::text, ',') from unnest(c_task, c_position, c_attempt) with ordinality as o(task_id, position, attempt, ord)
       where not exists (select 1 from tasker.step_history h where h.task_id = o.task_id and h.position = o.position
                            and h.attempt = o.attempt and h.at = v_now and h.worker_id = p_worker));
  end if;

  queued := 0;
  -- After the outcomes' rows are ours: an operator who acts on one of these tasks has finished, or waits for this settlement.
  if exists (select 1 from tasker.operated_tasks) then
    select array_agg(o.task_id) filter (where o.exact), array_agg(o.task_id) filter (where o.hold and not o.exact)
      into v_exact, v_held
      from (select distinct c.task_id from unnest(c_task) as c(task_id)) c join tasker.operated_tasks o on o.task_id = c.task_id;
  end if;
  if v_exact is not null then
    -- Rows exist where arithmetic expects none: what these outcomes free is counted at the end.
    select array_agg(n.task_id), array_agg(n.position) into declined_task, declined_position
      from unnest(n_task, n_position, n_mine) as n(task_id, position, mine) where n.mine and n.task_id = any (v_exact);
    select coalesce(array_agg(n.task_id order by n.ord), '{}'), coalesce(array_agg(n.position order by n.ord), '{}'),
           coalesce(array_agg(n.template_id order by n.ord), '{}'), coalesce(array_agg(n.lane_id order by n.ord), '{}'),
           coalesce(array_agg(n.rank order by n.ord), '{}'), coalesce(array_agg(n.mine order by n.ord), '{}')
      into n_task, n_position, n_template, n_lane, n_rank, n_mine
      from unnest(n_task, n_position, n_template, n_lane, n_rank, n_mine) with ordinality
             as n(task_id, position, template_id, lane_id, rank, mine, ord)
     where n.task_id <> all (v_exact);
    select coalesce(array_agg(j.task_id order by j.ord), '{}'), coalesce(array_agg(j.position order by j.ord), '{}'),
           coalesce(array_agg(j.template_id order by j.ord), '{}'), coalesce(array_agg(j.lane_id order by j.ord), '{}'),
           coalesce(array_agg(j.rank order by j.ord), '{}'), coalesce(array_agg(j.mine order by j.ord), '{}'),
           coalesce(array_agg(j.need order by j.ord), '{}'), coalesce(array_agg(j.met order by j.ord), '{}'),
           coalesce(array_agg(j.blocked order by j.ord), '{}')
      into j_task, j_position, j_template, j_lane, j_rank, j_mine, j_need, j_met, j_blocked
      from unnest(j_task, j_position, j_template, j_lane, j_rank, j_mine, j_need, j_met, j_blocked) with ordinality
             as j(task_id, position, template_id, lane_id, rank, mine, need, met, blocked, ord)
     where j.task_id <> all (v_exact);
    f_task := coalesce((select array_agg(f) from unnest(f_task) f where f <> all (v_exact)), '{}');
    -- What runs again takes the place of the priority its task has now.
    select coalesce(array_agg(case when r.task_id = any (v_exact) then (select -t.priority from tasker.tasks t where t.id = r.task_id)
                                   else r.rank end order by r.ord), '{}')
      into r_rank from unnest(r_task, r_rank) with ordinality as r(task_id, rank, ord);
  end if;
  -- What may not start now goes to the queue, where a claim parks it.
  if v_held is not null or exists (select 1 from tasker.step_templates m where m.paused) then
    select array_agg(n.mine and not n.stopped order by n.ord),
           declined_task || array_agg(n.task_id) filter (where n.mine and n.stopped),
           declined_position || array_agg(n.position) filter (where n.mine and n.stopped)
      into n_mine, declined_task, declined_position
      from (select u.*, u.task_id = any (coalesce(v_held, '{}'))
                     or exists (select 1 from tasker.step_templates m
                                 where m.template_id = u.template_id and m.position = u.position and m.paused) as stopped
              from unnest(n_task, n_position, n_template, n_mine) with ordinality as u(task_id, position, template_id, mine, ord)) n;
    select array_agg(j.mine and not (j.task_id = any (coalesce(v_held, '{}'))
                     or exists (select 1 from tasker.step_templates m
                                 where m.template_id = j.template_id and m.position = j.position and m.paused)) order by j.ord)
      into j_mine
      from unnest(j_task, j_position, j_template, j_mine) with ordinality as j(task_id, position, template_id, mine, ord);
  end if;

  if cardinality(r_task) > 0 then
    insert into tasker.delayed_steps (run_at, task_id, template_id, lane_id, rank, position)
    select v_now + r.delay_ms * interval '1 millisecond', r.task_id, r.template_id, r.lane_id, r.rank, r.position
      from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms) as r(task_id, position, template_id, lane_id, rank, delay_ms)
     where r.delay_ms > 0;
    insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select r.lane_id, r.rank, r.task_id, r.template_id, r.position, false, v_now
      from unnest(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms) as r(task_id, position, template_id, lane_id, rank, delay_ms)
     where r.delay_ms = 0;
    get diagnostics queued = row_count;
  end if;

  if cardinality(n_task) > 0 then
    insert into tasker.steps (task_id, started_at, worker_id, position, state, need, met, attempt)
    select n.task_id, v_now, p_worker, n.position, tasker.step_in_progress(), 1, 1, 1
      from unnest(n_task, n_position, n_mine) as n(task_id, position, mine) where n.mine;
    get diagnostics v_count = row_count;
    if v_count < cardinality(n_task) then
      insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
      select n.lane_id, n.rank, n.task_id, n.template_id, n.position, true, v_now
        from unnest(n_task, n_position, n_template, n_lane, n_rank, n_mine) as n(task_id, position, template_id, lane_id, rank, mine)
       where not n.mine;
      get diagnostics v_count = row_count;
      queued := queued + v_count;
    end if;
  end if;

  if cardinality(j_task) > 0 then
    with met as (
      insert into tasker.steps as s (task_id, started_at, worker_id, waited_ms, position, state, need, met, attempt, blocked)
      select j.task_id, case when j.met >= j.need and j.mine then v_now end, case when j.mine then p_worker end,
             case when j.met >= j.need and not j.mine then -1 else 0 end, j.position,
             case when j.met < j.need or j.blocked then tasker.step_pending() when j.position < 0 then tasker.step_complete()
                  when j.mine then tasker.step_in_progress() else tasker.step_ready() end,
             j.need, j.met, case when j.met >= j.need and j.mine and j.position >= 0 then 1 else 0 end, j.blocked
        from unnest(j_task, j_position, j_need, j_met, j_blocked, j_mine) as j(task_id, position, need, met, blocked, mine)
       order by j.task_id, j.position
      on conflict (task_id, position) do update
        set met = s.met + excluded.met,
            blocked = s.blocked or excluded.blocked,
            -- -1 marks what this statement made ready, until a claim measures the wait: a row that was ready before is not queued twice.
            waited_ms = case when s.state = tasker.step_pending() and excluded.worker_id is null and s.met + excluded.met >= s.need then -1 else greatest(s.waited_ms, 0) end,
            worker_id = case when s.state = tasker.step_pending() then excluded.worker_id else s.worker_id end,
            -- Only a pending row may move here: what an operator did to it stands.
            state = case when s.state <> tasker.step_pending() or s.blocked or excluded.blocked or s.met + excluded.met < s.need then s.state
                         when s.position < 0 then tasker.step_complete()
                         when excluded.worker_id is null then tasker.step_ready() else tasker.step_in_progress() end,
            started_at = case when s.state = tasker.step_pending() and excluded.worker_id is not null and s.met + excluded.met >= s.need then v_now else s.started_at end,
            attempt = case when s.state = tasker.step_pending() and s.position >= 0 and excluded.worker_id is not null and s.met + excluded.met >= s.need
                            and not (s.blocked or excluded.blocked) then 1 else s.attempt end
      returning s.task_id, s.position, s.state, s.blocked, s.started_at = v_now as started, s.waited_ms < 0 as freed)
    select array_agg(m.task_id) filter (where m.state = tasker.step_in_progress() and m.started), array_agg(m.position) filter (where m.state = tasker.step_in_progress() and m.started),
           array_agg(m.task_id) filter (where m.state = tasker.step_ready() and m.freed), array_agg(m.position) filter (where m.state = tasker.step_ready() and m.freed),
           array_agg(m.task_id) filter (where m.position < 0 and m.state = tasker.step_complete()), array_agg(distinct m.task_id) filter (where m.blocked)
      into started_task, started_position, ready_task, ready_position, v_whole, v_blocked
      from met m;

    if ready_task is not null then
      insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
      select j.lane_id, j.rank, j.task_id, j.template_id, j.position, false, v_now
        from unnest(j_task, j_position, j_template, j_lane, j_rank) as j(task_id, position, template_id, lane_id, rank)
       -- "is true" keeps the planner from a join, which without hash joins would compare every row with every other.
       where (j.task_id, j.position) in (select * from unnest(ready_task, ready_position)) is true;
      get diagnostics v_count = row_count;
      queued := queued + v_count;
    end if;
  end if;

  -- Something failed in these tasks, so their ends cannot be counted. Under the task's row lock the last one to come sees
  -- every other settlement: when each step is finished or blocked, nothing can move and the task ends in error.
  ended_task := f_task || coalesce(v_whole, '{}');
  ended_state := array_fill(tasker.task_complete(), array[cardinality(ended_task)]);
  if v_blocked is not null then
    perform 1 from tasker.tasks t where t.id = any (v_blocked) order by t.id for no key update;
    select ended_task || array_agg(k.task_id), ended_state || array_agg(tasker.task_error())
      into ended_task, ended_state
      from unnest(k_task, k_steps) as k(task_id, steps)
     where k.task_id = any (v_blocked)
       and k.steps <= (select count(*) from tasker.steps s
                        where s.task_id = k.task_id and s.position >= 0 and (s.blocked or tasker.step_ended_v1(s.state)));
  end if;

  if cardinality(ended_task) > 0 then
    with ended as (
      update tasker.tasks t set state = e.state, finished_at = v_now, started_at = coalesce(t.started_at, v_now), hold = false
        from (select f.*, x.tid from unnest(ended_task, ended_state) as f(task_id, state),
                     lateral (select y.ctid as tid from tasker.tasks y where y.id = f.task_id and tasker.task_open_v1(y.state) offset 0) x) e
       where t.ctid = e.tid
      returning t.id, t.state, t.lock_version)
    insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
    -- After the acts that this settlement has waited for, although it began before them.
    select e.id, case when e.lock_version > 0 then greatest(v_now, tasker.clock_v1()) else v_now end, p_worker, tasker.task_in_progress(), e.state from ended e;
    get diagnostics v_count = row_count;
    -- Likewise a task that an operator was changing.
    if v_count < cardinality(ended_task) and exists (select 1 from tasker.tasks t where t.id = any (ended_task) and tasker.task_open_v1(t.state)) then
      raise exception 'a task was changed meanwhile' using errcode = '40001';
    end if;
    if v_held is not null then
      delete from tasker.operated_tasks o where o.task_id = any (ended_task);
    end if;
  end if;

  if v_exact is not null then
    select * into v_counted from tasker.recount_v1(v_exact, p_worker, v_now);
    ready_task := ready_task || v_counted.ready_task;
    ready_position := ready_position || v_counted.ready_position;
    queued := queued + coalesce(cardinality(v_counted.ready_task), 0);
    ended_task := ended_task || v_counted.ended_task;
    ended_state := ended_state || v_counted.ended_state;
  end if;
  at := v_now;
  return next;
end $$;
