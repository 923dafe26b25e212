create function tasker.health_counts_v1() returns table (
  at timestamptz, total_tasks bigint, exact boolean, pending_tasks int, in_progress_tasks int, complete_tasks bigint,
  error_tasks int, cancelled_tasks int, resolved_tasks int, paused_tasks int, ready_steps int, in_progress_steps int,
  waiting_for_retry_steps int, overdue_steps int, parked_steps int, error_steps int, exhausted_steps int,
  oldest_ready_ms float8, unserved_steps int, workers int, draining_workers int, lost_workers int, capacity int,
  active_connections int, max_connections int)
language plpgsql stable
set jit = off as $$
#variable_conflict use_column
declare
  v_floor bigint := tasker.live_floor_v1();
  v_workers_floor bigint := (select min(w.min_task_id) from tasker.workers w);
begin
  at := tasker.clock_v1();
  select c.reltuples::bigint into total_tasks from pg_class c where c.oid = 'tasker.tasks'::regclass;
  exact := total_tasks < 200000;
  if exact then total_tasks := (select count(*) from tasker.tasks); end if;

  select count(*) filter (where n.state = tasker.task_pending()),
         count(*) filter (where n.state = tasker.task_in_progress())
    into pending_tasks, in_progress_tasks
    from tasker.tasks t cross join lateral tasker.task_now_v1(t.id, t.state, t.started_at) n
   -- Tasks that only wait, perhaps for months, lie below the floor.
   where (t.id >= v_floor or t.id = any (array(select w.task_id from tasker.step_waits w limit 100000)))
     and tasker.task_open_v1(t.state);
  -- The same task may be there twice: an operator ran it again.
  select count(*) filter (where t.state = tasker.task_error()),
         count(*) filter (where t.state = tasker.task_cancelled()),
         count(*) filter (where t.state = tasker.task_resolved_manually())
    into error_tasks, cancelled_tasks, resolved_tasks
    from (select distinct h.task_id from tasker.task_history h where tasker.task_rare_v1(h.to_state)) r
    join tasker.tasks t on t.id = r.task_id;
  complete_tasks := greatest(0, total_tasks - pending_tasks - in_progress_tasks
                                - error_tasks - cancelled_tasks - resolved_tasks);
  paused_tasks := (select count(*) from tasker.operated_tasks o where o.hold);

  select coalesce(sum(q.entries), 0), 1000 * date_part('epoch', at - min(q.oldest)),
         coalesce(sum(q.entries) filter (where not exists (
           select 1 from tasker.live_workers w where w.serving and q.lane_id = any (w.lanes))), 0)
    into ready_steps, oldest_ready_ms, unserved_steps
    from (select y.lane_id, count(*)::int as entries, min(y.ready_at) as oldest
            from tasker.queue y group by y.lane_id) q;
  select count(*), count(*) filter (where d.run_at < at)
    into waiting_for_retry_steps, overdue_steps from tasker.delayed_steps d;
  parked_steps := (select count(*) from tasker.parked_steps);
  in_progress_steps := (select count(*) from tasker.steps s
                         where s.task_id >= v_workers_floor and s.state = tasker.step_in_progress());
  select count(*), count(*) filter (where s.attempt - s.granted >= m.retry_limit) into error_steps, exhausted_steps
    from tasker.step_history h
    join tasker.steps s on s.task_id = h.task_id and s.position = h.position
                       and s.state = tasker.step_error() and s.finished_at = h.at
    join tasker.tasks t on t.id = h.task_id
    join tasker.step_templates m on m.template_id = t.template_id and m.position = h.position
   where h.to_state = tasker.step_error() and tasker.step_rare_v1(h.to_state);

  select count(l.id), count(*) filter (where not l.serving), count(*) filter (where l.id is null),
         coalesce(sum(l.concurrency) filter (where not l.draining), 0)
    into workers, draining_workers, lost_workers, capacity
    from tasker.workers w left join tasker.live_workers l on l.id = w.id;
  select count(*) filter (where a.state = 'active'), current_setting('max_connections')::int
    into active_connections, max_connections
    from pg_stat_activity a where a.datname = current_database();
  return next;
end $$;

comment on function tasker.health_counts_v1() is
  'Tasks by state, steps that move, failures, queue, workers and connections. One row. exact: false when total_tasks '
  'and complete_tasks are estimated by the statistics of the planner (from 200,000 tasks on); all others are always '
  'counted.';
