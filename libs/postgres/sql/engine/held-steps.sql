-- Purpose: every step in a worker's hands, for reconciling and rescuing.
-- Parameters: 1 worker, 2 limit. Rows: by task and position. Index: steps' key from the worker's floor. Locks: none.
select s.task_id, s.position, t.template_id, s.attempt, s.waited_ms, t.priority, t.correlation_id, t.trace_parent,
       t.bypass, t.context::text as context, s.checkpoint::text as checkpoint, s.granted, s.generation,
       s.inputs::text as inputs, s.admitted, s.ran, t.lock_version, extract(epoch from s.started_at) * 1000 as at_ms,
       extract(epoch from t.requested_at) * 1000 as requested_ms
  from tasker.steps s
  join tasker.tasks t on t.id = s.task_id
 where s.task_id >= (select w.min_task_id from tasker.workers w where w.id = $1)
   and s.worker_id = $1 and s.state = tasker.step_in_progress()
 order by s.task_id, s.position
 limit $2
