-- Part of settle_steps_v1: outcomes that nothing follows but the ends of their tasks, which are those of c_task: steps,
-- tasks and the history of both, in one statement. Gives back how many outcomes the fence let through; no task moves
-- before all have passed it, so that the locks keep their order. Plans are pinned as in record_outcomes_v1.
create function tasker.record_ends_v1(
  c_worker int[], c_task bigint[], c_position smallint[], c_attempt int[], c_state smallint[], c_result text[],
  p_now timestamptz
) returns int
language plpgsql as $$
declare
  v_count int;
  v_ended int;
begin
  with settled as (
    update tasker.steps s
       set state = c.state, result = c.result::jsonb, finished_at = p_now, checkpoint = null
      from (select o.state, o.result, x.tid
              from unnest(c_worker, c_task, c_position, c_attempt, c_state, c_result)
                     as o(worker_id, task_id, position, attempt, state, result),
                   lateral (select y.ctid as tid from tasker.steps y
                             where y.task_id = o.task_id and y.position = o.position
                               and y.state = tasker.step_in_progress()
                               and y.worker_id = o.worker_id and y.attempt = o.attempt offset 0) x) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.started_at, s.waited_ms, s.state, s.attempt, s.worker_id
  ), noted as (
    insert into tasker.step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt,
                                     from_state, to_state)
    select s.task_id, p_now, s.started_at, s.worker_id, s.waited_ms, s.position, s.attempt,
           tasker.step_in_progress(), s.state
      from settled s
  ), ended as (
    update tasker.tasks t
       set state = tasker.task_complete(), finished_at = p_now, hold = false,
           started_at = coalesce(t.started_at, e.started_at)
      from (select s.started_at, s.worker_id, x.tid
              from settled s, lateral (select y.ctid as tid from tasker.tasks y
                                        where y.id = s.task_id and tasker.task_open_v1(y.state) offset 0) x
             where (select count(*) from settled) = cardinality(c_task)) e
     where t.ctid = e.tid
    returning t.id, t.lock_version, e.worker_id
  ), told as (
    insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
    -- After an act that came while this settlement began.
    select e.id, case when e.lock_version > 0 then greatest(p_now, tasker.clock_v1()) else p_now end, e.worker_id,
           tasker.task_in_progress(), tasker.task_complete()
      from ended e)
  select (select count(*) from settled), (select count(*) from ended) into v_count, v_ended;
  -- A row that an operator was changing is not found again by its ctid.
  if v_ended < v_count and v_count = cardinality(c_task) and exists (
       select 1 from unnest(c_task) as u(id) join tasker.tasks t on t.id = u.id and tasker.task_open_v1(t.state)) then
    raise exception 'a task was changed meanwhile' using errcode = '40001';
  end if;
  return v_count;
end $$;
