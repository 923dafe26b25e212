-- Purpose: names of all templates, each with its namespace. Parameters: none. Rows: in no order. Locks: none.
select distinct namespace || '.' || name as known from tasker.task_templates
