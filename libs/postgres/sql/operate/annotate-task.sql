-- Purpose: add an annotation, and its type when it is new. Parameters: 1 task, 2 type, 3 annotation json, 4 actor, 5
-- most annotations of a task. Rows: one, or none when there is no such task; without an id when it has so many.
-- Index: keys, task_annotations_task. Locks: the new rows.
with target as (
  select t.id, t.template_id, t.correlation_id,
         (select count(*) from (select from tasker.task_annotations a where a.task_id = t.id limit $5) k) < $5 as room
    from tasker.tasks t where t.id = $1
), kind as (
  insert into tasker.annotation_types (name) select $2 from target where room
  on conflict (name) do update set name = excluded.name
  returning id
), made as (
  insert into tasker.task_annotations (task_id, annotation_type_id, annotation, actor, created_at)
  select $1, k.id, $3::jsonb, $4, tasker.clock_v1() from kind k
  returning id::text, annotation, actor, created_at)
select m.*, t.template_id, t.correlation_id from target t left join made m on true
