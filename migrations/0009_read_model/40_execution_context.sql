create function tasker.execution_context_v1(p_task bigint) returns table (
  task_id bigint, state text, total_steps int, pending_steps int, ready_steps int, in_progress_steps int,
  waiting_for_retry_steps int, waiting_steps int, completed_steps int, failed_steps int, cancelled_steps int,
  blocked_steps int, unserved_steps int, execution_status text, recommended_action text,
  completion_percentage float8, health_status text)
language sql stable
set jit = off as $$
  with counted as (
    select t.id, n.state, t.hold, count(r.step)::int as total,
           (count(*) filter (where r.state = 'pending'))::int as pending,
           (count(*) filter (where r.state = 'ready'))::int as ready,
           (count(*) filter (where r.state = 'in_progress'))::int as running,
           (count(*) filter (where r.state = 'waiting_for_retry'))::int as backing_off,
           (count(*) filter (where r.state = 'waiting'))::int as waiting,
           (count(*) filter (where r.state in ('complete', 'skipped', 'resolved_manually')))::int as satisfied,
           (count(*) filter (where r.state = 'error'))::int as failed,
           (count(*) filter (where r.state = 'cancelled'))::int as cancelled,
           (count(*) filter (where r.reason = 'blocked'))::int as blocked,
           (count(*) filter (where r.reason = 'no_live_worker'))::int as unserved
      from tasker.tasks t
     cross join lateral tasker.task_now_v1(t.id, t.state, t.started_at) n
      left join lateral tasker.step_readiness_v1(t.id) r on true
     where t.id = p_task group by t.id, n.state
  ), judged as (
    select c.*, case when c.state = tasker.task_complete() then 'all_complete'
                     when c.state = tasker.task_error() then 'blocked_by_failures'
                     when tasker.task_ended_v1(c.state) then 'finished'
                     when c.hold then 'paused'
                     when c.ready > c.unserved then 'has_ready_steps'
                     when c.running > 0 then 'processing'
                     when c.unserved > 0 then 'no_live_worker'
                     when c.backing_off > 0 then 'waiting_for_retry'
                     when c.waiting > 0 then 'waiting'
                     when c.failed + c.cancelled > 0 then 'blocked_by_failures'
                     else 'waiting_for_dependencies' end as status
      from counted c)
  select j.id, tasker.task_state_v1(j.state), j.total, j.pending, j.ready, j.running, j.backing_off, j.waiting,
         j.satisfied, j.failed, j.cancelled, j.blocked, j.unserved, j.status,
         case j.status when 'paused' then 'resume_task' when 'has_ready_steps' then 'execute_ready_steps'
                       when 'processing' then 'wait_for_completion' when 'no_live_worker' then 'start_worker'
                       when 'waiting_for_retry' then 'wait_for_retry' when 'waiting' then 'wait'
                       when 'blocked_by_failures' then 'handle_failures'
                       when 'waiting_for_dependencies' then 'wait_for_dependencies' else 'none' end,
         case when j.total = 0 then 0 else round(100.0 * j.satisfied / j.total, 2)::float8 end,
         case when j.state = tasker.task_error() then 'blocked'
              when tasker.task_ended_v1(j.state) then 'healthy'
              when j.failed + j.cancelled = 0 and j.backing_off = 0 then 'healthy'
              when j.ready + j.running + j.backing_off + j.waiting > 0 then 'recovering'
              else 'blocked' end
    from judged j
$$;

comment on function tasker.execution_context_v1(bigint) is
  'One task in numbers: steps by state, execution_status, recommended_action, completion_percentage (two decimals) and '
  'health_status (healthy; recovering: something failed, the rest moves; blocked: nothing can move). One row, or none: '
  'no such task.';
