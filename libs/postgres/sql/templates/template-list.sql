-- Purpose: all templates with their versions. Parameters: none. Rows: by namespace and name. Locks: none.
select namespace, name, array_agg(distinct version) as versions
  from tasker.task_templates group by namespace, name order by namespace, name
