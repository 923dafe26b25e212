-- Purpose: what expressions may read of a task besides what comes with its steps. Parameters: 1 task.
-- Rows: one, or none when it is gone. Index: tasks' key. Locks: none.
select t.tags, t.initiator from tasker.tasks t where t.id = $1
