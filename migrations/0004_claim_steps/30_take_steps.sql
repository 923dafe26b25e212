-- Part of claim_carefully_v1: the steps of these entries are the worker's now. An entry whose step neither is ready
-- nor waits is stale: an operator has touched it, and its own row rules. Gives back how many steps were taken.
create function tasker.take_steps_v1(p_worker int, p_entries tasker.queue[], p_now timestamptz) returns int
language plpgsql as $$
#variable_conflict use_column
declare
  v_fresh int;
  v_again int;
begin
  insert into tasker.steps as s (task_id, started_at, worker_id, waited_ms, position, state, attempt)
  select e.task_id, p_now, p_worker, tasker.waited_ms_v1(e.ready_at, p_now), e.position, tasker.step_in_progress(), 1
    from unnest(p_entries) e join tasker.tasks t on t.id = e.task_id where e.fresh
   order by e.task_id, e.position
  on conflict (task_id, position) do update
    set state = tasker.step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker,
        started_at = excluded.started_at, finished_at = null, waited_ms = excluded.waited_ms
    where tasker.step_claimable_v1(s.state);
  get diagnostics v_fresh = row_count;
  -- Locked by a statement of its own: the next one sees what whoever was changing them has made of them.
  perform 1 from tasker.steps s
    where (s.task_id, s.position) in (select e.task_id, e.position from unnest(p_entries) e where not e.fresh)
    order by s.task_id, s.position for update;
  update tasker.steps s
     set state = tasker.step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker, started_at = p_now,
         finished_at = null, waited_ms = x.waited_ms
    from (select tasker.waited_ms_v1(e.ready_at, p_now) as waited_ms, r.tid
            from unnest(p_entries) e
            cross join lateral (
              select y.ctid as tid from tasker.steps y
               where y.task_id = e.task_id and y.position = e.position and tasker.step_claimable_v1(y.state)
               offset 0) r
           where not e.fresh) x
   where s.ctid = x.tid;
  get diagnostics v_again = row_count;
  return v_fresh + v_again;
end $$;
