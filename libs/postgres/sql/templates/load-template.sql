-- Purpose: one revision. Parameters: 1 id. Rows: one or none. Index: keys. Locks: none.
select id, revision, level, definition from tasker.task_templates where id = $1
