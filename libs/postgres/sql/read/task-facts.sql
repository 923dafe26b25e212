-- Purpose: what decides who may see a task. Parameters: 1 ids of tasks, at most 500. Rows: one for each that exists, in no
-- order. Index: keys of tasks and templates. Locks: none.
select t.id::text as "taskId", m.namespace, m.name, m.version, t.initiator, t.source_system as "sourceSystem", t.tags
from tasker.tasks t
join tasker.task_templates m on m.id = t.template_id
where t.id = any ($1::bigint[])
