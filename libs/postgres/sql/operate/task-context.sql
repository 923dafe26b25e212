-- Purpose: the context a step's inputs are checked with. Parameters: 1 task. Rows: one or none.
-- Index: tasks' key. Locks: none.
select template_id, context from tasker.tasks where id = $1
