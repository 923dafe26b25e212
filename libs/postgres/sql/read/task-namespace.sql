-- Purpose: the namespace of a task; it never changes while the task exists. Parameters: 1 task. Rows: one or none.
-- Index: keys of tasks and templates. Locks: none.
select m.namespace from tasker.tasks t join tasker.task_templates m on m.id = t.template_id where t.id = $1
