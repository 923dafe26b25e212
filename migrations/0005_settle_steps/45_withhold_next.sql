-- Part of settle_steps_v1: dependents that a worker was to have and does not get, because an operator has touched their
-- task, or paused their task or step; and who gets the others. Decided once: a pause may begin or end beside it.
create function tasker.withhold_next_v1(
  n_task bigint[], n_position smallint[], n_template int[], n_worker int[], p_exact bigint[], p_held bigint[],
  out workers int[], out declined_task bigint[], out declined_position smallint[]
)
language sql as $$
  with judged as materialized (
    select n.*, n.worker_id is not null
                and (n.task_id = any (p_exact)
                     or tasker.step_stopped_v1(n.task_id, n.template_id, n.position, p_held)) as stopped
      from unnest(n_task, n_position, n_template, n_worker) with ordinality
             as n(task_id, position, template_id, worker_id, ord))
  select array_agg(case when not j.stopped then j.worker_id end order by j.ord),
         array_agg(j.task_id order by j.ord) filter (where j.stopped),
         array_agg(j.position order by j.ord) filter (where j.stopped)
    from judged j
$$;
