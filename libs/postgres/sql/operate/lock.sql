-- Purpose: lock tasks for an operator and show how they stand. Parameters: 1 tasks, 2 with their steps.
-- Rows: one per task that exists, by id. Index: keys. Locks: see migrations/0008_operators.
select task_id, template_id, state, hold, priority, lock_version, correlation_id, positions, states
  from tasker.operate_lock_v1($1, $2)
