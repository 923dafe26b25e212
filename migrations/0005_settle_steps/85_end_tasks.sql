-- Part of settle_steps_v1: which tasks these outcomes end, and how; writes it.
create function tasker.end_tasks_v1(
  f_task bigint[], p_whole bigint[], p_blocked bigint[], k_task bigint[], k_steps int[], r_task bigint[],
  p_exact bigint[], p_workers int[], p_now timestamptz, out ended_task bigint[], out ended_state smallint[]
)
language plpgsql as $$
declare
  v_failed bigint[] := '{}';
begin
  -- What an operator has touched is counted when all is written.
  ended_task := array(select f from unnest(f_task) f where f <> all (p_exact)) || p_whole;
  if p_blocked is not null then v_failed := tasker.failed_tasks_v1(p_blocked, k_task, k_steps); end if;
  ended_state := array_fill(tasker.task_complete(), array[cardinality(ended_task)])
              || array_fill(tasker.task_error(), array[coalesce(cardinality(v_failed), 0)]);
  ended_task := ended_task || v_failed;
  if ended_task <> '{}' or r_task is not null then
    perform tasker.move_tasks_v1(
      ended_task || r_task,
      ended_state || array_fill(tasker.task_in_progress(), array[coalesce(cardinality(r_task), 0)]), p_workers, p_now);
  end if;
end $$;
