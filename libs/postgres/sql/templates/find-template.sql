-- Purpose: the revisions of a template version. Parameters: 1 namespace, 2 name, 3 version.
-- Rows: newest first. Locks: none.
select id, revision, digest from tasker.task_templates
 where namespace = $1 and name = $2 and version = $3 order by revision desc
