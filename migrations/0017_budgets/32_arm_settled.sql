-- After a settlement: arms what it has made ready, and takes away timers of tasks that it has ended. Only those that
-- are due later than an hour: whoever fires has others locked, and waits for the tasks.
create function tasker.arm_settled_v1(
  n_task bigint[], n_position smallint[],  -- dependents with one parent
  p_ready_task bigint[], p_ready_position smallint[], p_started_task bigint[], p_started_position smallint[],
  p_ended bigint[], p_now timestamptz
) returns void
language plpgsql as $$
begin
  if coalesce(n_task, p_ready_task, p_started_task) is not null then
    perform tasker.arm_steps_v1(n_task || p_ready_task || p_started_task,
                                n_position || p_ready_position || p_started_position, p_now);
  end if;
  if p_ended <> '{}' then
    delete from tasker.budget_timers b where b.task_id = any (p_ended) and b.due_at > p_now + interval '1 hour';
  end if;
end $$;
