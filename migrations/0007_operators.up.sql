-- Purpose: what operators do to tasks: lock and look, write what core decided, count a task anew, park and release.
-- Locks: all rows of the tasks acted on, in the order of settlements (running steps, other steps, task), never waiting longer
-- than lock_timeout, so that a settlement is never the one that gives way. Breaking: no.

-- What the steps of these tasks that wait have come to: parents they need, those that are satisfied, whether one can never be.
-- Sets of one task joined with each other: hashed, or a task of thousands of steps would take seconds.
create function tasker.count_waiting_v1(p_tasks bigint[])
returns table (task_id bigint, "position" smallint, need smallint, met smallint, blocked boolean)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off set enable_hashjoin = on set enable_nestloop = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  return query
  with recursive node as materialized (
    select s.task_id, s.position, s.state, m.parents
      from unnest(p_tasks) as p(task_id)
     cross join lateral (select y.template_id from tasker.tasks y where y.id = p.task_id offset 0) t
     cross join lateral (select y.task_id, y.position, y.state from tasker.steps y where y.task_id = p.task_id and y.position >= 0 offset 0) s
     cross join lateral (select y.parents from tasker.step_templates y
                          where y.template_id = t.template_id and y.position = s.position offset 0) m
  ), edge as materialized (
    select u.task_id, u.position, q.position as parent, q.state as parent_state
      from (select n.task_id, n.position, unnest(n.parents) as parent from node n where n.state = 0) u
      join node q on q.task_id = u.task_id and q.position = u.parent
  ), doomed(task_id, position) as (
    select e.task_id, e.position from edge e where e.parent_state in (5, 7)
    union
    select e.task_id, e.position from doomed d join edge e on e.task_id = d.task_id and e.parent = d.position
  ), met as (
    select e.task_id, e.position, count(*) as met from edge e where e.parent_state in (4, 6, 8) group by e.task_id, e.position
  )
  select n.task_id, n.position, cardinality(n.parents)::smallint, coalesce(m.met, 0)::smallint, d.task_id is not null
    from node n
    left join met m on m.task_id = n.task_id and m.position = n.position
    left join doomed d on d.task_id = n.task_id and d.position = n.position
   where n.state = 0;
end $$;

-- Counts a touched task from its rows: counters, blocked marks, what is ready, whether it has ended. Every step has a row.
-- Under the task's row lock each settlement of it sees those before.
create function tasker.recount_v1(p_tasks bigint[], p_worker int, p_now timestamptz)
returns table (ready_task bigint[], ready_position smallint[], ended_task bigint[], ended_state smallint[])
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  perform 1 from tasker.tasks t where t.id = any (p_tasks) order by t.id for no key update;

  -- In a task that was cancelled or resolved, a handler that was allowed to finish wants to run again: it may not.
  with closed as (
    update tasker.steps s set state = 7, finished_at = p_now, checkpoint = null
      from tasker.tasks t
     where t.id = s.task_id and t.id = any (p_tasks) and t.state in (4, 5) and s.position >= 0 and s.state in (0, 1, 3)
    returning s.task_id, s.position, s.attempt)
  insert into tasker.step_history (task_id, at, position, attempt, from_state, to_state, reason)
  select c.task_id, p_now + interval '1 microsecond', c.position, c.attempt,
         coalesce((select h.to_state from tasker.step_history h where h.task_id = c.task_id and h.position = c.position
                    order by h.at desc limit 1), 0), 7, 'the task has been ended'
    from closed c;
  delete from tasker.delayed_steps d
   using tasker.tasks t where d.task_id = any (p_tasks) and t.id = d.task_id and t.state in (4, 5);

  with due as materialized (
    select c.*, x.tid
      from tasker.count_waiting_v1(p_tasks) c
     cross join lateral (
       select y.ctid as tid from tasker.steps y
        where y.task_id = c.task_id and y.position = c.position and y.state = 0
          and ((y.need, y.met, y.blocked) is distinct from (c.need, c.met, c.blocked) or c.met >= c.need and not c.blocked) offset 0) x
  ), moved as (
    update tasker.steps s
       set need = d.need, met = d.met, blocked = d.blocked, waited_ms = 0,
           state = case when d.met >= d.need and not d.blocked then 1 else 0 end
      from due d
     where s.ctid = d.tid
    returning s.task_id, s.position, s.state
  ), queued as (
    insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select m.lane_id, -t.priority, v.task_id, t.template_id, v.position, false, p_now
      from moved v join tasker.tasks t on t.id = v.task_id
      join tasker.step_templates m on m.template_id = t.template_id and m.position = v.position
     where v.state = 1
    returning task_id, position)
  select array_agg(q.task_id), array_agg(q.position) into ready_task, ready_position from queued q;

  -- The virtual end of tasks with several sinks.
  update tasker.steps s
     set need = e.sinks, met = e.satisfied, blocked = e.failed > 0, state = case when e.satisfied >= e.sinks then 4 else 0 end
    from (select t.id, count(*) filter (where m.is_sink) as sinks, count(*) filter (where m.is_sink and y.state in (4, 6, 8)) as satisfied,
                 count(*) filter (where y.state in (5, 7)) as failed
            from tasker.tasks t
            join tasker.step_templates m on m.template_id = t.template_id
            join tasker.steps y on y.task_id = t.id and y.position = m.position
           where t.id = any (p_tasks) group by t.id) e
   where s.task_id = e.id and s.position = -1;

  with total as (
    select t.id, count(*) as steps, count(*) filter (where s.state in (4, 6, 8)) as satisfied,
           count(*) filter (where s.state >= 4 or s.blocked) as still
      from tasker.tasks t join tasker.steps s on s.task_id = t.id and s.position >= 0
     where t.id = any (p_tasks) and t.state in (0, 1) group by t.id
  ), ended as (
    update tasker.tasks t
       set state = case when o.satisfied = o.steps then 2 else 3 end, finished_at = p_now, started_at = coalesce(t.started_at, p_now),
           hold = false
      from total o where o.id = t.id and o.still = o.steps
    returning t.id, t.state
  ), noted as (
    insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
    select e.id, greatest(p_now + interval '1 microsecond', clock_timestamp()), p_worker, 1, e.state from ended e)
  select array_agg(e.id), array_agg(e.state) into ended_task, ended_state from ended e;

  delete from tasker.operated_tasks o
   using tasker.tasks t
   where o.task_id = any (p_tasks) and t.id = o.task_id and t.state >= 2
     and not exists (select 1 from tasker.steps s where s.task_id = o.task_id and s.state = 2);
  return next;
end $$;

-- Locks tasks for an operator and shows how they stand. p_whole: with all their steps, each of which has a row afterwards.
create function tasker.operate_lock_v1(p_tasks bigint[], p_whole boolean)
returns table (task_id bigint, template_id int, state smallint, hold boolean, priority smallint, lock_version int, correlation_id text,
               states smallint[])
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_made bigint[];
begin
  perform set_config('lock_timeout', '300ms', true);
  -- Operators take turns before they take rows.
  perform pg_advisory_xact_lock(hashtextextended('tasker.operate', t.id))
     from (select distinct u as id from unnest(p_tasks) u order by u) t;

  perform 1 from tasker.steps s where s.task_id = any (p_tasks) and s.state = 2 order by s.task_id, s.position for no key update;
  if p_whole then
    insert into tasker.steps (task_id, position, state)
    select t.id, m.position, 0
      from tasker.tasks t
      join tasker.step_templates m on m.template_id = t.template_id
     where t.id = any (p_tasks)
     order by t.id, m.position
    on conflict do nothing;
    insert into tasker.steps (task_id, position, state)
    select t.id, -1, 0
      from tasker.tasks t
     where t.id = any (p_tasks)
       and (select count(*) from tasker.step_templates m where m.template_id = t.template_id and m.is_sink) > 1
     order by t.id
    on conflict do nothing;
    perform 1 from tasker.steps s where s.task_id = any (p_tasks) order by s.task_id, s.position for no key update;
  end if;
  perform 1 from tasker.tasks t where t.id = any (p_tasks) order by t.id for no key update;

  if p_whole then
    -- A row that was missing although nothing held the step back: it waits in the queue.
    update tasker.steps s set state = 1
      from (select y.tid
              from (select t.id, t.template_id from tasker.tasks t where t.id = any (p_tasks) and t.state in (0, 1) offset 0) t
             cross join lateral (select w.ctid as tid, w.position from tasker.steps w
                                  where w.task_id = t.id and w.position >= 0 and w.state = 0 and not w.blocked offset 0) y
             cross join lateral (select z.parents from tasker.step_templates z
                                  where z.template_id = t.template_id and z.position = y.position offset 0) m
             where not exists (select 1 from unnest(m.parents) as u(position)
                                cross join lateral (select q.state from tasker.steps q
                                                     where q.task_id = t.id and q.position = u.position offset 0) q
                                where q.state not in (4, 6, 8))) x
     where s.ctid = x.tid;
    -- The rows stay whatever is decided, and with them the arithmetic of settlements is over.
    with made as (
      insert into tasker.operated_tasks as o (task_id, hold, exact)
      select t.id, t.hold, true from tasker.tasks t where t.id = any (p_tasks) and t.state in (0, 1) order by t.id
      on conflict (task_id) do update set exact = true where not o.exact
      returning task_id)
    select array_agg(m.task_id) into v_made from made m;
    if v_made is not null then
      perform tasker.recount_v1(v_made, null, clock_timestamp());
    end if;
  end if;
  return query
  select t.id, t.template_id, t.state, t.hold, t.priority, t.lock_version, t.correlation_id, s.states
    from tasker.tasks t
    left join lateral (select array_agg(y.state order by y.position) as states
                         from tasker.steps y where p_whole and y.task_id = t.id and y.position >= 0) s on true
   where t.id = any (p_tasks)
   order by t.id;
end $$;

-- Writes what core decided about tasks that operate_lock_v1 has locked in the same transaction.
create function tasker.operate_apply_v1(
  p_actor text, p_reason text,
  p_tasks jsonb,         -- [{task, whole, state, hold, priority, tags, reason, metadata}]; what is missing stays
  m_task bigint[], m_position smallint[], m_state smallint[], m_result text[],
  m_inputs text[],       -- null: as they are; 'null': taken back
  m_again boolean[]      -- it starts anew: fresh budget of attempts, no result
) returns table (task_id bigint, state smallint, hold boolean, priority smallint, lock_version int,
                 ready_position smallint[], ended_state smallint, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  v_all bigint[];
  v_whole bigint[];
  v_ready_task bigint[];
  v_ready_position smallint[];
  v_ended_task bigint[];
  v_ended_state smallint[];
begin
  select array_agg(x.task), array_agg(x.task) filter (where x.whole) into v_all, v_whole
    from jsonb_to_recordset(p_tasks) as x(task bigint, whole boolean);

  with was as (
    select m.*, s.state as from_state, s.attempt, s.started_at, s.waited_ms, s.worker_id, s.inputs as had, s.result as gave
      from unnest(m_task, m_position, m_state, m_result, m_inputs, m_again) as m(task_id, position, to_state, result, inputs, again)
      join tasker.steps s on s.task_id = m.task_id and s.position = m.position
  ), moved as (
    update tasker.steps s
       set state = w.to_state,
           -- A step that is given back is granted an attempt, not given the number again: the fence tells the next run from
           -- the one whose handler does not know yet that it is over.
           granted = case when w.again then w.attempt when w.from_state = 2 and w.to_state = 1 then s.granted + 1 else s.granted end,
           result = case when w.to_state = 8 then w.result::jsonb when w.from_state = w.to_state then s.result end,
           checkpoint = case when w.to_state < 4 and not w.again then s.checkpoint end,
           inputs = case when w.inputs is null then s.inputs when w.inputs <> 'null' then w.inputs::jsonb end,
           finished_at = case when w.from_state = w.to_state then s.finished_at when w.to_state >= 4 then v_now end,
           blocked = s.blocked and w.to_state = 0
      from was w where s.task_id = w.task_id and s.position = w.position)
  insert into tasker.step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt, from_state, to_state, actor, reason, metadata)
  select w.task_id, v_now, case when w.from_state = 2 then w.started_at end, case when w.from_state = 2 then w.worker_id end,
         case when w.from_state = 2 then w.waited_ms else 0 end, w.position, w.attempt, w.from_state, w.to_state, p_actor, p_reason,
         x.metadata || case when w.inputs is null then '{}' else jsonb_build_object('inputsBefore', w.had) end
                    || case when w.again and w.gave is not null then jsonb_build_object('resultBefore', w.gave) else '{}' end
    from was w
    join (select y.task, coalesce(y.metadata, '{}') as metadata from jsonb_to_recordset(p_tasks) as y(task bigint, metadata jsonb)) x
      on x.task = w.task_id;

  delete from tasker.delayed_steps d
   using unnest(m_task, m_position) as m(task_id, position)
   where d.task_id = m.task_id and d.position = m.position
     and not exists (select 1 from tasker.steps s where s.task_id = d.task_id and s.position = d.position and s.state = 3);
  delete from tasker.parked_steps k
   using unnest(m_task, m_position) as m(task_id, position)
   where k.task_id = m.task_id and k.position = m.position
     and not exists (select 1 from tasker.steps s where s.task_id = k.task_id and s.position = k.position and s.state = 1);

  with now_is as (
    update tasker.tasks t
       set state = coalesce(x.state, t.state), priority = coalesce(x.priority, t.priority), hold = coalesce(x.hold, t.hold),
           tags = coalesce(x.tags, t.tags), reason = case when x.reason is null then t.reason else x.reason ->> 0 end,
           lock_version = t.lock_version + 1,
           finished_at = case when x.state is null or x.state = t.state then t.finished_at when x.state >= 2 then v_now end,
           started_at = case when x.state = 1 then coalesce(t.started_at, v_now) else t.started_at end
      from (select y.*, o.state as was
              from jsonb_to_recordset(p_tasks) as y(task bigint, state smallint, hold boolean, priority smallint, tags text[], reason jsonb, metadata jsonb)
              join tasker.tasks o on o.id = y.task) x
     where t.id = x.task
    returning t.id, x.was, t.state, x.metadata, x.state is not null or x.hold is not null or x.priority is not null
                                                or x.tags is not null or x.reason is not null as noted)
  insert into tasker.task_history (task_id, at, from_state, to_state, actor, reason, metadata)
  select n.id, v_now, n.was, n.state, p_actor, p_reason, n.metadata from now_is n where n.noted;

  insert into tasker.operated_tasks as o (task_id, hold, exact)
  select t.id, t.hold, t.id = any (coalesce(v_whole, '{}')) from tasker.tasks t
   where t.id = any (v_all) and (t.hold or t.id = any (coalesce(v_whole, '{}')))
  on conflict (task_id) do update set hold = excluded.hold, exact = o.exact or excluded.exact;
  update tasker.operated_tasks o set hold = t.hold from tasker.tasks t where t.id = o.task_id and t.id = any (v_all) and o.hold <> t.hold;
  delete from tasker.operated_tasks o where o.task_id = any (v_all) and not o.hold and not o.exact;

  -- What was parked for a task that goes on, and steps that run again at once.
  with gone as (
    delete from tasker.parked_steps k using tasker.tasks t
     where k.task_id = any (v_all) and t.id = k.task_id and not t.hold and t.state in (0, 1)
    returning k.*)
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select g.lane_id, g.rank, g.task_id, g.template_id, g.position, g.fresh, g.ready_at from gone g;
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select p.lane_id, -t.priority, t.id, t.template_id, m.position, false, v_now
    from unnest(m_task, m_position, m_state, m_inputs, m_again) as m(task_id, position, state, inputs, again)
    join tasker.tasks t on t.id = m.task_id
    join tasker.step_templates p on p.template_id = t.template_id and p.position = m.position
   -- Not those that only get other inputs: they are in the queue.
   where m.state = 1 and (m.again or m.inputs is null);

  if v_whole is not null then
    select r.ready_task, r.ready_position, r.ended_task, r.ended_state
      into v_ready_task, v_ready_position, v_ended_task, v_ended_state from tasker.recount_v1(v_whole, null, v_now) r;
  end if;
  return query
  select t.id, t.state, t.hold, t.priority, t.lock_version,
         (select array_agg(r.position) from unnest(v_ready_task, v_ready_position) as r(task_id, position) where r.task_id = t.id),
         (select e.state from unnest(v_ended_task, v_ended_state) as e(task_id, state) where e.task_id = t.id),
         v_now
    from tasker.tasks t where t.id = any (v_all) order by t.id;
end $$;

-- Gives what waits for these tasks its new place in the queue. Finds the entries by their old one: the queue has no index by task.
create function tasker.requeue_v1(p_tasks bigint[], p_old smallint[]) returns void
language plpgsql
set jit = off as $$
#variable_conflict use_column
begin
  -- What a claim is taking needs no new place.
  with found as materialized (
    select q.ctid as tid
      from unnest(p_tasks, p_old) as x(task_id, old)
     cross join lateral (
       select distinct m.lane_id from tasker.tasks t join tasker.step_templates m on m.template_id = t.template_id where t.id = x.task_id) l
     cross join lateral (
       select y.ctid from tasker.queue y
        where y.lane_id = l.lane_id and y.rank = -x.old and y.task_id = x.task_id for update skip locked) q
  ), moved as (
    delete from tasker.queue q using found f where q.ctid = f.tid
    returning q.*)
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select v.lane_id, -t.priority, v.task_id, v.template_id, v.position, v.fresh, v.ready_at
    from moved v join tasker.tasks t on t.id = v.task_id;
  update tasker.delayed_steps d set rank = -t.priority from tasker.tasks t where t.id = d.task_id and t.id = any (p_tasks);
  update tasker.parked_steps k set rank = -t.priority from tasker.tasks t where t.id = k.task_id and t.id = any (p_tasks);
end $$;

-- Releases what was parked for steps that are paused no more; what belongs to a paused task stays.
create function tasker.unpark_steps_v1() returns int
language plpgsql as $$
#variable_conflict use_column
declare
  v_count int;
begin
  with gone as (
    delete from tasker.parked_steps k
     where not exists (select 1 from tasker.step_templates m where m.template_id = k.template_id and m.position = k.position and m.paused)
       and not exists (select 1 from tasker.operated_tasks o where o.task_id = k.task_id and o.hold)
    returning k.*)
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select g.lane_id, g.rank, g.task_id, g.template_id, g.position, g.fresh, g.ready_at from gone g;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
