-- Purpose: what expressions may read of a task besides what comes with its steps. Parameters: 1 task.
-- Rows: one, or none when it is gone. Index: tasks' key. Locks: none.
select t.tags, t.initiator, extract(epoch from t.requested_at) * 1000 as requested_ms
  from tasker.tasks t where t.id = $1
