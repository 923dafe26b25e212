-- Purpose: add an annotation, and its type when it is new. Parameters: 1 task, 2 type, 3 annotation json, 4 actor.
-- Rows: one, or none when there is no such task. Index: keys. Locks: the new rows.
with target as (
  select t.id, t.template_id, t.correlation_id from tasker.tasks t where t.id = $1
), kind as (
  insert into tasker.annotation_types (name) select $2 from target
  on conflict (name) do update set name = excluded.name
  returning id
), made as (
  insert into tasker.task_annotations (task_id, annotation_type_id, annotation, actor, created_at)
  select $1, k.id, $3::jsonb, $4, tasker.clock_v1() from kind k
  returning id::text, annotation, actor, created_at)
select m.*, t.template_id, t.correlation_id from made m, target t
