-- Purpose: add a revision of a template. Parameters: 1 namespace, 2 name, 3 version, 4 digest, 5 definition json.
-- Rows: one when it was added, none when this digest exists. Call it under the advisory lock 'template'. Locks: none.
insert into tasker.task_templates (namespace, name, version, revision, digest, definition, created_at)
select $1::text, $2::text, $3::text,
       1 + (select count(*) from tasker.task_templates t where t.namespace = $1 and t.name = $2 and t.version = $3),
       $4::text, $5::jsonb, tasker.clock_v1()
on conflict do nothing
returning id, revision
