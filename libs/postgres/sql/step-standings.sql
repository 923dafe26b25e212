-- Purpose: where steps and their tasks stand. Parameters: 1 tasks, 2 positions. Rows: those that exist. Index: keys. Locks: none.
select s.task_id, s.position, s.state, s.attempt, s.worker_id, t.state as task_state,
       extract(epoch from coalesce(s.finished_at, now())) * 1000 as at_ms
  from unnest($1::bigint[], $2::smallint[]) as k(task_id, position)
  join tasker.steps s on s.task_id = k.task_id and s.position = k.position
  join tasker.tasks t on t.id = s.task_id
