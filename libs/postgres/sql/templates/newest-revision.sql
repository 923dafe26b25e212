-- Purpose: the newest revision of a version of a template, or of its highest version.
-- Parameters: 1 namespace, 2 name, 3 version or null. Rows: one or none. Index: the templates' by name. Locks: none.
select id, version, revision, definition from tasker.task_templates
 where namespace = $1 and name = $2 and ($3::text is null or version = $3)
 order by string_to_array(version, '.')::int[] desc, revision desc limit 1
