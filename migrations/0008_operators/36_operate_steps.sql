-- Part of operate_apply_v1: moves steps, records it, and takes away entries that are not for them any more.
create function tasker.operate_steps_v1(
  p_actor text, p_reason text, p_tasks jsonb, p_now timestamptz,
  m_task bigint[], m_position smallint[], m_state smallint[], m_result text[], m_inputs text[], m_again boolean[]
) returns void
language plpgsql as $$
#variable_conflict use_column
declare
  -- All tasks of one call are for one command.
  v_rerun boolean := p_tasks -> 0 -> 'metadata' ->> 'verb' = 'rerun';
  -- How many attempts the step has from now on: what the template allows beyond or below that is granted, or taken.
  v_attempts int := p_tasks -> 0 -> 'metadata' ->> 'attempts';
begin
  with was as (
    select m.*, s.state as from_state, s.attempt, s.started_at, s.waited_ms, s.worker_id, s.inputs as had,
           s.result as gave, s.state = tasker.step_in_progress() as ran
      from unnest(m_task, m_position, m_state, m_result, m_inputs, m_again)
             as m(task_id, position, to_state, result, inputs, again)
      join tasker.steps s on s.task_id = m.task_id and s.position = m.position
  ), moved as (
    update tasker.steps s
       set state = w.to_state,
           -- A step that is given back is granted an attempt, not given the number again: the fence tells the next run
           -- from the one whose handler does not know yet that it is over.
           granted = case when v_attempts is not null then w.attempt + v_attempts - (
                               select p.retry_limit from tasker.tasks t
                                 join tasker.step_templates p on p.template_id = t.template_id
                                  and p.position = w.position where t.id = w.task_id)
                          when w.again then w.attempt
                          when w.ran and w.to_state = tasker.step_ready() then s.granted + 1 else s.granted end,
           admitted = s.admitted and not (w.again and v_rerun),
           generation = s.generation + case when w.again and v_rerun then 1 else 0 end,
           result = case when w.to_state = tasker.step_resolved_manually() then w.result::jsonb
                         when w.from_state = w.to_state then s.result end,
           checkpoint = case when tasker.step_open_v1(w.to_state) and not w.again then s.checkpoint end,
           inputs = case when w.inputs is null then s.inputs when w.inputs <> 'null' then w.inputs::jsonb end,
           finished_at = case when w.from_state = w.to_state then s.finished_at
                              when tasker.step_ended_v1(w.to_state) then p_now end,
           blocked = s.blocked and w.to_state = tasker.step_pending()
      from was w where s.task_id = w.task_id and s.position = w.position)
  insert into tasker.step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt,
                                   from_state, to_state, actor, reason, metadata)
  select w.task_id, p_now, case when w.ran then w.started_at end, case when w.ran then w.worker_id end,
         case when w.ran then w.waited_ms else 0 end, w.position, w.attempt, w.from_state, w.to_state,
         p_actor, p_reason,
         x.metadata
         || case when w.inputs is null then '{}' else jsonb_build_object('inputsBefore', w.had) end
         || case when w.again and w.gave is not null then jsonb_build_object('resultBefore', w.gave) else '{}' end
         || case when w.to_state = tasker.step_not_taken() then jsonb '{"skip": {"reason": "not_chosen"}}' else '{}' end
    from was w
    join (select y.task, coalesce(y.metadata, '{}') as metadata
            from jsonb_to_recordset(p_tasks) as y(task bigint, metadata jsonb)) x
      on x.task = w.task_id;

  delete from tasker.delayed_steps d
   using unnest(m_task, m_position) as m(task_id, position)
   where d.task_id = m.task_id and d.position = m.position
     and not exists (select 1 from tasker.steps s where s.task_id = d.task_id and s.position = d.position
                                                     and s.state = tasker.step_waiting_for_retry());
  delete from tasker.parked_steps k
   using unnest(m_task, m_position) as m(task_id, position)
   where k.task_id = m.task_id and k.position = m.position
     and not exists (select 1 from tasker.steps s where s.task_id = k.task_id and s.position = k.position
                                                     and s.state = tasker.step_ready());
end $$;
