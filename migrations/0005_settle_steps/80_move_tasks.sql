-- Part of settle_steps_v1: tasks that end, and tasks of one step that begin because that step runs again: as long as it
-- ran for the first time, nothing had been written for them. Rows are locked in the order of ids.
create function tasker.move_tasks_v1(p_tasks bigint[], p_states smallint[], p_workers int[], p_now timestamptz)
returns void
language plpgsql as $$
declare
  v_count int;
begin
  with moved as (
    update tasker.tasks t
       set state = e.state, finished_at = case when tasker.task_ended_v1(e.state) then p_now end,
           hold = t.hold and tasker.task_open_v1(e.state),
           started_at = coalesce(t.started_at, (select min(s.started_at) from tasker.steps s
                                                 where s.task_id = t.id and s.position >= 0), p_now)
      from (select f.state, x.tid
              from (select * from unnest(p_tasks, p_states) as u(task_id, state) order by u.task_id) f,
                   lateral (select y.ctid as tid from tasker.tasks y
                             where y.id = f.task_id and tasker.task_open_v1(y.state) and y.state < f.state
                             offset 0) x) e
     where t.ctid = e.tid
    returning t.id, t.state, t.lock_version)
  insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
  -- After the acts that this settlement has waited for, although it began before them.
  select m.id, case when m.lock_version > 0 then greatest(p_now, tasker.clock_v1()) else p_now end,
         case when cardinality(p_workers) = 1 then p_workers[1] else (
           select s.worker_id from tasker.steps s where s.task_id = m.id and s.finished_at = p_now limit 1) end,
         tasker.task_in_progress(), m.state
    from moved m where tasker.task_ended_v1(m.state);
  get diagnostics v_count = row_count;
  -- A row that an operator was changing is not found again by its ctid.
  if (v_count < (select count(*) from unnest(p_states) s where tasker.task_ended_v1(s))
      or tasker.task_in_progress() = any (p_states)) and exists (
       select 1 from unnest(p_tasks, p_states) as u(task_id, state)
         join tasker.tasks t on t.id = u.task_id and tasker.task_open_v1(t.state) and t.state < u.state) then
    raise exception 'a task was changed meanwhile' using errcode = '40001';
  end if;
end $$;
