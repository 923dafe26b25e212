create function tasker.create_tasks_v1(
  p_tasks json,          -- [{template, context, identity, priority, initiator, sourceSystem, reason, correlationId, traceParent, tags, bypass, startNow}]
  r_task int[],          -- roots: index of the task in p_tasks, from 1
  r_position smallint[],
  r_lane int[],
  r_mine boolean[],      -- true: claimed by p_worker at once, never queued
  p_worker int           -- null when nobody claims
) returns table (id bigint, duplicate boolean, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_ids bigint[];
  v_new bigint[];
  v_min bigint;
  v_sequence regclass := pg_get_serial_sequence('tasker.tasks', 'id');
begin
  if p_worker is not null then
    perform 1 from tasker.workers w where w.id = p_worker and w.lost_at is null and w.lease_expires_at >= clock_timestamp();
    if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
    if exists (select 1 from tasker.step_templates m where m.paused)
       and exists (select 1 from unnest(r_task, r_position, r_mine) as r(task, position, mine)
                     join tasker.step_templates m on m.template_id = (p_tasks -> (r.task - 1) ->> 'template')::int
                                                 and m.position = r.position and m.paused
                    where r.mine) then
      raise exception 'a first step is paused everywhere' using errcode = 'TSK03';
    end if;
  end if;

  select array_agg(nextval(v_sequence)) into v_ids
    from generate_series(1, json_array_length(p_tasks));

  with made as (
    insert into tasker.tasks (id, requested_at, started_at, template_id, state, priority, identity, initiator, source_system,
                              reason, correlation_id, trace_parent, tags, bypass, context)
    overriding system value
    select v_ids[t.ord], v_now, case when t.starts then v_now end, t.template, case when t.starts then tasker.task_in_progress() else tasker.task_pending() end,
           t.priority, t.identity, t.initiator, t."sourceSystem", t.reason, t."correlationId", t."traceParent",
           coalesce(t.tags, '{}'), t.bypass, t.context
      from (select row_number() over () as ord, x.*, coalesce(x."startNow", false) as starts
              from json_to_recordset(p_tasks) as x(
                template int, context jsonb, identity text, priority smallint, initiator text, "sourceSystem" text,
                reason text, "correlationId" text, "traceParent" text, tags text[], bypass smallint[], "startNow" boolean)) t
     order by t.ord
    on conflict (identity) where identity is not null do nothing
    returning id)
  select array_agg(made.id) into v_new from made;

  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select r.lane, -t.priority, t.id, t.template_id, r.position, true, v_now
    from unnest(r_task, r_position, r_lane, r_mine) with ordinality as r(task, position, lane, mine, ord)
    join tasker.tasks t on t.id = v_ids[r.task]
   where not r.mine and v_ids[r.task] = any (v_new)
   order by r.ord;

  if p_worker is not null then
    insert into tasker.steps (task_id, started_at, worker_id, position, state, attempt)
    select v_ids[r.task], v_now, p_worker, r.position, tasker.step_in_progress(), 1
      from unnest(r_task, r_position, r_mine) as r(task, position, mine)
     where r.mine and v_ids[r.task] = any (v_new);
    v_min := (select min(n) from unnest(v_new) n);
    update tasker.workers w set min_task_id = v_min where w.id = p_worker and w.min_task_id > v_min;
  end if;

  -- The usual case: no duplicates, nothing to look up.
  if cardinality(v_new) = cardinality(v_ids) then
    return query select u.id, false, v_now from unnest(v_ids) with ordinality as u(id, ord) order by u.ord;
    return;
  end if;

  -- Retention may take the task in the way between the two statements: then the creation is made again.
  if exists (select 1
               from rows from (json_to_recordset(p_tasks) as (identity text)) with ordinality as x(identity, ord)
              where v_ids[x.ord] <> all (coalesce(v_new, '{}'))
                and not exists (select 1 from tasker.tasks t where t.identity = x.identity)) then
    raise exception 'a task of the same identity has just been pruned' using errcode = '40001';
  end if;

  -- A statement of its own: it must see rows that committed while the insert above waited for them.
  return query
    select coalesce(n.id, t.id), n.id is null, v_now
      from rows from (json_to_recordset(p_tasks) as (identity text)) with ordinality as x(identity, ord)
      left join unnest(v_new) as n(id) on n.id = v_ids[x.ord]
      left join tasker.tasks t on n.id is null and t.identity = x.identity
     order by x.ord;
end $$;
