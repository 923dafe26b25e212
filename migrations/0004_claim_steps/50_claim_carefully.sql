-- The claim for when something is paused, or a step has a row already because an operator has touched it: each entry is
-- looked at before its step is taken. A short answer tells the worker that the queue is empty, so what was parked or
-- dropped is made up for.
create function tasker.claim_carefully_v1(p_worker int, p_lanes int[], p_from bigint[], p_limit int)
returns setof tasker.claimed_step_v1
language plpgsql as $$
declare
  v_now timestamptz;
  v_entries tasker.queue[];
  v_left int := p_limit;
  v_taken int;
begin
  while v_left > 0 loop
    v_entries := tasker.pick_entries_v1(p_lanes, p_from, v_left);
    exit when v_entries is null;
    v_entries := tasker.hold_back_v1(v_entries);
    continue when v_entries is null;
    v_now := tasker.clock_v1();
    v_taken := tasker.take_steps_v1(p_worker, v_entries, v_now);
    continue when v_taken = 0;
    perform tasker.begin_tasks_v1(p_worker, v_entries, v_now);
    update tasker.workers w set min_task_id = m.low
      from (select min(e.task_id) as low from unnest(v_entries) e) m
     where w.id = p_worker and m.low < w.min_task_id;
    return query select * from tasker.describe_steps_v1(p_worker, v_entries, v_now);
    v_left := v_left - v_taken;
  end loop;
end $$;
