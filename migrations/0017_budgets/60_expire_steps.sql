-- Ends steps whose time is over, of tasks that operate_lock_v1 has locked with all their steps, and counts those anew.
create function tasker.expire_steps_v1(m_task bigint[], m_position smallint[], m_error text[])
returns table (ended_task bigint[], ended_state smallint[], at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_tasks bigint[];
begin
  select array_agg(distinct u) into v_tasks from unnest(m_task) u;
  with was as (
    select s.task_id, s.position, s.state as from_state, s.attempt, s.started_at, s.waited_ms, s.worker_id, m.error,
           s.state = tasker.step_in_progress() as ran
      from unnest(m_task, m_position, m_error) as m(task_id, position, error)
      join tasker.steps s on s.task_id = m.task_id and s.position = m.position
  ), moved as (
    update tasker.steps s
       set state = tasker.step_error(), result = null, checkpoint = null, finished_at = v_now
      from was w where s.task_id = w.task_id and s.position = w.position)
  -- An actor tells it from what a worker has settled itself.
  insert into tasker.step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt, from_state,
                                   to_state, actor, error, fingerprint)
  select w.task_id, v_now, case when w.ran then w.started_at end, case when w.ran then w.worker_id end,
         case when w.ran then w.waited_ms else 0 end, w.position, w.attempt, w.from_state, tasker.step_error(),
         '@tasker', w.error::jsonb, tasker.error_fingerprint_v1(w.error::jsonb)
    from was w;
  delete from tasker.delayed_steps d
   using unnest(m_task, m_position) as m(task_id, position)
   where d.task_id = m.task_id and d.position = m.position;
  delete from tasker.parked_steps k
   using unnest(m_task, m_position) as m(task_id, position)
   where k.task_id = m.task_id and k.position = m.position;
  -- What workers know of these tasks is out of date.
  update tasker.tasks t set lock_version = t.lock_version + 1 where t.id = any (v_tasks);
  select r.ended_task, r.ended_state into ended_task, ended_state from tasker.recount_v1(v_tasks, null, v_now) r;
  at := v_now;
  return next;
end $$;
