create function tasker.audit_tasks_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with recursive node as materialized (
    select n.*, coalesce(n.state, tasker.step_pending()) = tasker.step_pending() as waits from tasker.audit_steps n
  ), edge as materialized (
    select n.task_id, n.position, u.position as parent
      from (select distinct f.task_id, f.template_id from node f where tasker.step_blocking_v1(f.state)) t
      join tasker.step_templates m on m.template_id = t.template_id
      -- What an operator skipped or resolved stands, whatever became of its parents.
      join node n on n.task_id = t.task_id and n.position = m.position and n.waits
      cross join lateral unnest(m.parents) as u(position)
  ), doomed(task_id, position) as (
    select e.task_id, e.position
      from edge e join node f on f.task_id = e.task_id and f.position = e.parent and tasker.step_blocking_v1(f.state)
    union
    select e.task_id, e.position from doomed d join edge e on e.task_id = d.task_id and e.parent = d.position
  ), total as (
    select n.task_id, min(n.task_state) as state, bool_or(n.operated) as operated, count(*) as steps,
           count(*) filter (where tasker.step_satisfied_v1(n.state)) as satisfied,
           count(*) filter (where tasker.step_ended_v1(n.state)) as ended,
           count(*) filter (where tasker.step_ended_v1(n.state) or n.blocked) as still,
           count(*) filter (where tasker.step_blocking_v1(n.state)) as failed,
           count(*) filter (where case when n.has_row then tasker.step_open_v1(n.state) and not n.waits
                                       else n.satisfied = n.parents end) as moving
      from node n group by n.task_id
  )
  select 'blocked_has_failed_ancestor', n.task_id, n.position,
         case when n.blocked then 'blocked without a failed ancestor' else 'not blocked though an ancestor failed' end
    from node n left join doomed d on d.task_id = n.task_id and d.position = n.position
   where n.waits and coalesce(n.blocked, false) <> (d.task_id is not null)
  union all
  select 'task_agrees_with_steps', t.task_id, null,
         format('%s, but of %s steps %s are satisfied, %s failed, %s ended, %s can move',
                tasker.task_state_v1(t.state), t.steps, t.satisfied, t.failed, t.ended, t.moving)
    from total t
   where not case t.state
               when tasker.task_pending() then (t.ended = 0 or t.operated) and t.moving > 0
               when tasker.task_in_progress() then t.moving > 0
               when tasker.task_complete() then t.satisfied = t.steps
               when tasker.task_error() then t.failed > 0 and t.still = t.steps
               -- A handler that was allowed to finish may still run.
               else not exists (
                 select 1 from node n
                  where n.task_id = t.task_id and n.state in (tasker.step_ready(), tasker.step_waiting_for_retry())) end
  union all
  select 'task_has_template', t.id, null, format('template %s does not exist or has no steps', t.template_id)
    from tasker.tasks t
   where not exists (select 1 from tasker.step_templates m where m.template_id = t.template_id)
  union all
  select 'finished_at_only_when_finished', t.id, null, tasker.task_state_v1(t.state)
    from tasker.tasks t where (t.finished_at is not null) <> tasker.task_ended_v1(t.state)
  union all
  select 'task_history_agrees', t.id, null,
         format('%s, but its history says %s',
                tasker.task_state_v1(t.state), coalesce(tasker.task_state_v1(h.to_state), 'nothing'))
    from tasker.tasks t
    left join (select distinct on (y.task_id) y.task_id, y.to_state, y.at
                 from tasker.task_history y order by y.task_id, y.at desc) h on h.task_id = t.id
   where case when tasker.task_ended_v1(t.state) then h.to_state is distinct from t.state
              else h.to_state is not null and not tasker.task_open_v1(h.to_state) end
     and not coalesce(tasker.clock_folded_v1(h.at), false)
$$;
