-- Part of recount_v1: the virtual ends of tasks with several sinks, and the tasks in which nothing can move any more.
create function tasker.recount_ends_v1(
  p_tasks bigint[], p_worker int, p_now timestamptz, out ended_task bigint[], out ended_state smallint[]
)
language plpgsql as $$
#variable_conflict use_column
begin
  update tasker.steps s
     set need = e.sinks, met = e.satisfied, blocked = e.failed > 0,
         state = case when e.satisfied >= e.sinks then tasker.step_complete() else tasker.step_pending() end
    from (select t.id, count(*) filter (where m.is_sink) as sinks,
                 count(*) filter (where m.is_sink and tasker.step_satisfied_v1(y.state)) as satisfied,
                 count(*) filter (where tasker.step_blocking_v1(y.state)) as failed
            from tasker.tasks t
            join tasker.step_templates m on m.template_id = t.template_id
            join tasker.steps y on y.task_id = t.id and y.position = m.position
           where t.id = any (p_tasks) group by t.id) e
   where s.task_id = e.id and s.position = -1;

  with total as (
    select t.id, count(*) as steps, count(*) filter (where tasker.step_satisfied_v1(s.state)) as satisfied,
           count(*) filter (where tasker.step_ended_v1(s.state) or s.blocked) as still
      from tasker.tasks t join tasker.steps s on s.task_id = t.id and s.position >= 0
     where t.id = any (p_tasks) and tasker.task_open_v1(t.state) group by t.id
  ), ended as (
    update tasker.tasks t
       set state = case when o.satisfied = o.steps then tasker.task_complete() else tasker.task_error() end,
           finished_at = p_now, started_at = coalesce(t.started_at, p_now), hold = false
      from total o where o.id = t.id and o.still = o.steps
    returning t.id, t.state
  ), noted as (
    insert into tasker.task_history (task_id, at, worker_id, from_state, to_state)
    select e.id, greatest(p_now + interval '1 microsecond', tasker.clock_v1()), p_worker,
           tasker.task_in_progress(), e.state
      from ended e)
  select array_agg(e.id), array_agg(e.state) into ended_task, ended_state from ended e;
end $$;
