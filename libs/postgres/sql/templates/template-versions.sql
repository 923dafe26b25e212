-- Purpose: every version of a template. Parameters: 1 namespace, 2 name. Rows: each once, in no order. Locks: none.
select distinct version from tasker.task_templates where namespace = $1 and name = $2
