-- Writes what core decided about tasks that operate_lock_v1 has locked in the same transaction.
create function tasker.operate_apply_v1(
  p_actor text, p_reason text,
  p_tasks jsonb,         -- [{task, whole, state, hold, priority, tags, reason, metadata}]; what is missing stays
  m_task bigint[], m_position smallint[], m_state smallint[], m_result text[],
  m_inputs text[],       -- null: as they are; 'null': taken back
  m_again boolean[]      -- it starts anew: fresh budget of attempts, no result
) returns table (task_id bigint, state smallint, hold boolean, priority smallint, lock_version int,
                 ready_position smallint[], left_position smallint[], ended_state smallint, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_all bigint[];
  v_whole bigint[];
  v_ready_task bigint[];
  v_ready_position smallint[];
  v_left_task bigint[];
  v_left_position smallint[];
  v_ended_task bigint[];
  v_ended_state smallint[];
begin
  select array_agg(x.task), coalesce(array_agg(x.task) filter (where x.whole), '{}') into v_all, v_whole
    from jsonb_to_recordset(p_tasks) as x(task bigint, whole boolean);

  perform tasker.operate_steps_v1(p_actor, p_reason, p_tasks, v_now,
                                  m_task, m_position, m_state, m_result, m_inputs, m_again);
  perform tasker.close_waits_v1(v_all, v_now);
  perform tasker.operate_tasks_v1(p_actor, p_reason, p_tasks, v_now, v_all, v_whole);
  if p_tasks -> 0 -> 'metadata' ->> 'verb' <> 'set_attempts' then
    perform tasker.operate_queue_v1(v_all, v_now, m_task, m_position, m_state, m_inputs, m_again);
  end if;
  if v_whole <> '{}' then
    select r.ready_task, r.ready_position, r.left_task, r.left_position, r.ended_task, r.ended_state
      into v_ready_task, v_ready_position, v_left_task, v_left_position, v_ended_task, v_ended_state
      from tasker.recount_v1(v_whole, null, v_now) r;
  end if;
  return query
  select t.id, t.state, t.hold, t.priority, t.lock_version,
         (select array_agg(r.position)
            from unnest(v_ready_task, v_ready_position) as r(task_id, position) where r.task_id = t.id),
         (select array_agg(l.position)
            from unnest(v_left_task, v_left_position) as l(task_id, position) where l.task_id = t.id),
         (select e.state from unnest(v_ended_task, v_ended_state) as e(task_id, state) where e.task_id = t.id),
         v_now
    from tasker.tasks t where t.id = any (v_all) order by t.id;
end $$;
