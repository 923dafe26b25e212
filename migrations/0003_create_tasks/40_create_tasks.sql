-- Creates tasks with their roots queued, or claimed by the worker that creates them. ids are in the order of the tasks;
-- duplicates are the places, from 1, of those that existed.
create function tasker.create_tasks_v1(
  t_template int[], t_priority smallint[], t_correlation text[], t_context text[],
  -- null when no task of the call has one
  t_identity text[], t_initiator text[], t_source text[], t_reason text[], t_trace text[], t_tags text[],
  t_bypass text[],
  t_begun boolean[],     -- a root is claimed at once, and there are other steps
  r_task int[],          -- roots: place of the task, from 1
  r_position smallint[], r_lane int[],
  r_lone boolean[],      -- the task has no other step
  r_mine boolean[],      -- claimed by p_worker at once, never queued; null: none is
  a_task int[],          -- search attributes: place of the task, from 1; all four null: there are none
  a_name text[], a_text text[], a_number float8[],
  p_worker int           -- null when nobody claims
) returns table (ids bigint[], duplicates int[], at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_new bigint[];        -- null in the place of a duplicate
begin
  if p_worker is not null then
    perform tasker.assert_may_begin_v1(p_worker, t_template, r_task, r_position, r_mine);
  end if;
  select array_agg(nextval('tasker.tasks_id_seq')) into ids from generate_series(1, cardinality(t_template));
  if t_identity is null then
    insert into tasker.tasks (id, requested_at, started_at, template_id, state, priority, identity, initiator,
                              source_system, reason, correlation_id, trace_parent, tags, bypass, context)
    overriding system value
    select * from tasker.task_rows_v1(ids, v_now, t_template, t_priority, t_correlation, t_context, null,
                                      t_initiator, t_source, t_reason, t_trace, t_tags, t_bypass, t_begun);
    v_new := ids;
  else
    -- A conflict clause costs every row a record of its own in the log, so it is for those who need it.
    with made as (
      insert into tasker.tasks (id, requested_at, started_at, template_id, state, priority, identity, initiator,
                                source_system, reason, correlation_id, trace_parent, tags, bypass, context,
                                identity_template)
      overriding system value
      select r.*, (select m.first_id from tasker.task_templates m where m.id = r.template_id and r.identity is not null)
        from tasker.task_rows_v1(ids, v_now, t_template, t_priority, t_correlation, t_context, t_identity,
                                 t_initiator, t_source, t_reason, t_trace, t_tags, t_bypass, t_begun) r
      on conflict (identity, identity_template) where identity is not null do nothing
      returning id)
    select array_agg(m.id order by i.ord), array_agg(i.ord order by i.ord) filter (where m.id is null)
      into v_new, duplicates
      from unnest(ids) with ordinality as i(id, ord) left join made m on m.id = i.id;
    if duplicates is not null then ids := tasker.known_ids_v1(v_new, t_template, t_identity); end if;
  end if;

  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, lone, ready_at)
  select r.lane, -t_priority[r.task], v_new[r.task], t_template[r.task], r.position, true, r.lone, v_now
    from unnest(r_task, r_position, r_lane, r_lone, r_mine) as r(task, position, lane, lone, mine)
   where r.mine is not true and v_new[r.task] is not null;
  if a_task is not null then perform tasker.add_attributes_v1(v_new, a_task, a_name, a_text, a_number); end if;
  if p_worker is not null then
    insert into tasker.steps (task_id, started_at, worker_id, position, state, attempt)
    select v_new[r.task], v_now, p_worker, r.position, tasker.step_in_progress(), 1
      from unnest(r_task, r_position, r_mine) as r(task, position, mine)
     where r.mine and v_new[r.task] is not null;
    update tasker.workers w set min_task_id = m.low from (select min(n) as low from unnest(v_new) n) m
     where w.id = p_worker and m.low < w.min_task_id;
  end if;
  at := v_now;
  return next;
end $$;
