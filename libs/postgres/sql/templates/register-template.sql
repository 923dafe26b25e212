-- Purpose: add a revision of a template.
-- Parameters: 1 namespace, 2 name, 3 version, 4 digest, 5 definition json, 6 level.
-- Rows: one when it was added, none when this digest exists. Call it under the advisory lock 'template'. Locks: none.
insert into tasker.task_templates (id, first_id, namespace, name, version, revision, digest, definition, created_at,
                                   level)
overriding system value
select n.id,
       coalesce((select min(t.first_id) from tasker.task_templates t where t.namespace = $1 and t.name = $2), n.id),
       $1::text, $2::text, $3::text,
       1 + (select count(*) from tasker.task_templates t where t.namespace = $1 and t.name = $2 and t.version = $3),
       $4::text, $5::jsonb, tasker.clock_v1(), $6::int
  from (select nextval('tasker.task_templates_id_seq')::int as id) n
on conflict do nothing
returning id, revision
