-- What the steps of these tasks that wait have come to: parents they need, those that are satisfied, how many of these
-- no branch left out, whether one can never be satisfied. Sets of one task joined with each other: hashed, or a task of
-- thousands of steps would take seconds.
create function tasker.count_waiting_v1(p_tasks bigint[])
returns table (task_id bigint, "position" smallint, need smallint, met smallint, ran smallint, blocked boolean)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_hashjoin = on set enable_nestloop = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  return query
  with recursive node as materialized (
    select s.task_id, s.position, s.state, m.parents, m.branched
      from unnest(p_tasks) as p(task_id)
     cross join lateral (select y.template_id from tasker.tasks y where y.id = p.task_id offset 0) t
     cross join lateral (select y.task_id, y.position, y.state from tasker.steps y
                          where y.task_id = p.task_id and y.position >= 0 offset 0) s
     cross join lateral (select y.parents, y.branched from tasker.step_templates y
                          where y.template_id = t.template_id and y.position = s.position offset 0) m
  ), edge as materialized (
    select u.task_id, u.position, q.position as parent, q.state as parent_state
      from (select n.task_id, n.position, unnest(n.parents) as parent
              from node n where n.state = tasker.step_pending()) u
      join node q on q.task_id = u.task_id and q.position = u.parent
  ), doomed(task_id, position) as (
    select e.task_id, e.position from edge e where tasker.step_blocking_v1(e.parent_state)
    union
    select e.task_id, e.position from doomed d join edge e on e.task_id = d.task_id and e.parent = d.position
  ), met as (
    select e.task_id, e.position, count(*) as met,
           count(*) filter (where e.parent_state <> tasker.step_not_taken()) as ran
      from edge e where tasker.step_satisfied_v1(e.parent_state) group by e.task_id, e.position
  )
  select n.task_id, n.position, cardinality(n.parents)::smallint, coalesce(m.met, 0)::smallint,
         case when n.branched then coalesce(m.ran, 0) else 0 end::smallint, d.task_id is not null
    from node n
    left join met m on m.task_id = n.task_id and m.position = n.position
    left join doomed d on d.task_id = n.task_id and d.position = n.position
   where n.state = tasker.step_pending();
end $$;
