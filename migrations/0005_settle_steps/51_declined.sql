-- Part of settle_steps_v1: dependents that a worker was to have and did not get, because an operator has touched their
-- task or paused their task or step.
create function tasker.declined_steps_v1(
  n_task bigint[], n_position smallint[], n_template int[], n_worker int[], p_exact bigint[], p_held bigint[],
  out declined_task bigint[], out declined_position smallint[]
)
language sql stable as $$
  select array_agg(n.task_id), array_agg(n.position)
    from unnest(n_task, n_position, n_template, n_worker) as n(task_id, position, template_id, worker_id)
   where n.worker_id is not null
     and (n.task_id = any (p_exact) or tasker.step_stopped_v1(n.task_id, n.template_id, n.position, p_held))
$$;
