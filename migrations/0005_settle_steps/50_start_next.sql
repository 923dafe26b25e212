-- Part of settle_steps_v1: dependents with one parent begin, in the hands of their worker or in the queue. Gives back
-- how many went to the queue.
create function tasker.start_next_v1(
  n_task bigint[], n_position smallint[], n_template int[], n_lane int[], n_rank smallint[], n_worker int[],
  p_exact bigint[], p_now timestamptz
) returns int
language plpgsql as $$
declare
  v_count int;
begin
  insert into tasker.steps (task_id, started_at, worker_id, position, state, need, met, attempt)
  select n.task_id, p_now, n.worker_id, n.position, tasker.step_in_progress(), 1, 1, 1
    from unnest(n_task, n_position, n_worker) as n(task_id, position, worker_id)
   where n.worker_id is not null and n.task_id <> all (p_exact);
  get diagnostics v_count = row_count;
  if v_count = cardinality(n_task) then return 0; end if;
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select n.lane_id, n.rank, n.task_id, n.template_id, n.position, true, p_now
    from unnest(n_task, n_position, n_template, n_lane, n_rank, n_worker)
           as n(task_id, position, template_id, lane_id, rank, worker_id)
   where n.worker_id is null and n.task_id <> all (p_exact);
  get diagnostics v_count = row_count;
  return v_count;
end $$;
