-- Part of claim_carefully_v1: the steps that the worker has taken from these entries. A row of each by its key: joined
-- as sets, a claim of a thousand compares every entry with every row.
create function tasker.describe_steps_v1(p_worker int, p_entries tasker.queue[], p_now timestamptz)
returns setof tasker.claimed_step_v1
language plpgsql as $$
begin
  return query
  select e.task_id, e.position, e.template_id, s.attempt, s.waited_ms, e.lane_id, e.seq, t.priority, t.correlation_id,
         t.trace_parent, t.bypass, t.context, s.checkpoint, s.granted, s.generation, s.inputs, s.admitted,
         t.lock_version, t.began, p_now, t.requested_at
    from unnest(p_entries) as e
    cross join lateral (
      select y.attempt, y.waited_ms, y.checkpoint::text as checkpoint, y.granted, y.generation,
             y.inputs::text as inputs, y.admitted
        from tasker.steps y
       where y.task_id = e.task_id and y.position = e.position and y.state = tasker.step_in_progress()
         and y.worker_id = p_worker and y.started_at = p_now offset 0) s
    cross join lateral (
      select y.priority, y.correlation_id, y.trace_parent, y.bypass, y.context::text as context, y.lock_version,
             y.started_at = p_now as began, y.requested_at
        from tasker.tasks y where y.id = e.task_id offset 0) t
   order by e.rank, e.seq;
end $$;
