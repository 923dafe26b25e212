-- Part of settle_graph_v1: record_outcomes_v1 that also keeps why a step was left out, and that its condition held.
create function tasker.record_graph_outcomes_v1(
  c_worker int[], c_task bigint[], c_position smallint[], c_attempt int[], c_grants smallint[], c_state smallint[],
  c_result text[], c_error text[], c_admitted boolean[], c_metadata text[], p_now timestamptz
) returns int
language plpgsql as $$
declare
  v_count int;
begin
  with settled as (
    update tasker.steps s
       set state = c.state, granted = s.granted + coalesce(c.grants, 0), result = c.result::jsonb,
           admitted = s.admitted or coalesce(c.admitted, false),
           finished_at = case when tasker.step_ended_v1(c.state) then p_now end,
           checkpoint = case when tasker.step_open_v1(c.state) then s.checkpoint end
      from (select o.state, o.grants, o.result, o.error, o.admitted, o.metadata, x.tid
              from unnest(c_worker, c_task, c_position, c_attempt, c_grants, c_state, c_result, c_error, c_admitted,
                          c_metadata)
                     as o(worker_id, task_id, position, attempt, grants, state, result, error, admitted, metadata),
                   lateral (select y.ctid as tid from tasker.steps y
                             where y.task_id = o.task_id and y.position = o.position
                               and y.state = tasker.step_in_progress()
                               and y.worker_id = o.worker_id and y.attempt = o.attempt offset 0) x) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.started_at, s.waited_ms, s.state, s.attempt, s.worker_id, c.error, c.metadata)
  insert into tasker.step_history (task_id, at, started_at, worker_id, waited_ms, position, attempt,
                                   from_state, to_state, error, fingerprint, metadata)
  select t.task_id, p_now, t.started_at, t.worker_id, t.waited_ms, t.position, t.attempt,
         tasker.step_in_progress(), t.state, t.error::jsonb,
         case when t.error is not null then tasker.error_fingerprint_v1(t.error::jsonb) end, t.metadata::jsonb
    from settled t;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
