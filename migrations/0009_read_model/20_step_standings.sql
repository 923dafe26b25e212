-- Part of step_readiness_v1: the steps of a task with what their parents have come to. state: null for a step without
-- a row; code: its state all the same. origins: its ancestors that ended in error or were cancelled, the first hundred:
-- whoever reads a longer list learns nothing more from it.
create function tasker.step_standings_v1(p_task bigint) returns table (
  "position" smallint, name text, lane_id int, entry_lane_id int, parents smallint[], retryable boolean,
  retry_limit int, paused boolean,
  task_state smallint, hold boolean, attempt int, granted int, worker_id int, started_at timestamptz,
  finished_at timestamptz, satisfied int, missing text[], origins text[], code smallint)
language sql stable
as $$
  with recursive standing as materialized (
    select m.position, m.name, m.lane_id, m.entry_lane_id, m.parents, m.retryable, m.retry_limit, m.paused,
           t.state as task_state, t.hold, s.state, coalesce(s.attempt, 0) as attempt, coalesce(s.granted, 0) as granted,
           s.worker_id,
           case when s.attempt > 0 then s.started_at end as started_at, s.finished_at
      from tasker.tasks t
      join tasker.step_templates m on m.template_id = t.template_id
      left join tasker.steps s on s.task_id = t.id and s.position = m.position
     where t.id = p_task
  ), edge as materialized (
    select n.position, u.position as parent, u.ord
      from standing n, unnest(n.parents) with ordinality as u(position, ord)
  ), met as (
    select e.position, count(*) filter (where tasker.step_satisfied_v1(p.state))::int as satisfied,
           array_agg(p.name order by e.ord) filter (where tasker.step_satisfied_v1(p.state) is not true) as missing
      from edge e join standing p on p.position = e.parent
     group by e.position
  ), doomed(position, origin) as (
    (select e.position, f.position
       from (select n.position from standing n
              where tasker.step_blocking_v1(n.state) order by n.position limit 100) f
       join edge e on e.parent = f.position)
    union
    select e.position, d.origin from doomed d join edge e on e.parent = d.position
  ), doom as (
    select d.position, array_agg(n.name order by n.position) as origins
      from doomed d join standing n on n.position = d.origin group by d.position
  )
  select n.position, n.name, n.lane_id, n.entry_lane_id, n.parents, n.retryable, n.retry_limit, n.paused,
         n.task_state, n.hold, n.attempt, n.granted, n.worker_id, n.started_at, n.finished_at,
         coalesce(x.satisfied, 0), coalesce(x.missing, '{}'), coalesce(o.origins, '{}'),
         case when n.state is not null then n.state
              when tasker.task_open_v1(n.task_state) and cardinality(n.parents) = coalesce(x.satisfied, 0)
              then tasker.step_ready()
              else tasker.step_pending() end
    from standing n
    left join met x on x.position = n.position
    left join doom o on o.position = n.position
$$;
