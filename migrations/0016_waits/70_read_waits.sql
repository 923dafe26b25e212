-- What the waits of these steps have come to, for whoever has the steps in hand. A wait of another generation is none.
-- Reading closes the places of one that has been woken: what comes later is for whoever waits next.
create function tasker.read_waits_v1(p_tasks bigint[], p_positions smallint[], p_generations int[])
returns table (task_id bigint, "position" smallint, kind text, woken_by text, signals jsonb, approval jsonb)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  perform 1 from tasker.step_waits w
    where (w.task_id, w.position) in (select * from unnest(p_tasks, p_positions)) and w.woken_at is not null
    order by w.task_id, w.position for update;
  update tasker.wait_signals s set open = false
    from tasker.step_waits w
   where (w.task_id, w.position) in (select * from unnest(p_tasks, p_positions)) and w.woken_at is not null
     and s.task_id = w.task_id and s.position = w.position and s.open;
  return query
  select w.task_id, w.position, w.kind, w.woken_by,
         (select jsonb_agg(jsonb_build_object('name', s.name, 'taken', s.taken) order by s.place)
            from tasker.wait_signals s where s.task_id = w.task_id and s.position = w.position),
         (select jsonb_build_object('state', a.state, 'by', a.actor, 'answer', a.answer,
                                    'at', floor(date_part('epoch', a.ended_at) * 1000))
            from tasker.approvals a
           where a.task_id = w.task_id and a.position = w.position and a.generation = w.generation)
    from unnest(p_tasks, p_positions, p_generations) as u(task_id, position, generation)
    join tasker.step_waits w on w.task_id = u.task_id and w.position = u.position and w.generation = u.generation;
end $$;
