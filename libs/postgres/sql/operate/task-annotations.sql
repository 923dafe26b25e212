-- Purpose: annotations of a task. Parameters: 1 task, 2 above this annotation, 3 most rows. Rows: oldest first.
-- Index: task_annotations_task. Locks: none.
select a.id::text, y.name as type, a.annotation, a.actor, a.created_at
  from tasker.task_annotations a join tasker.annotation_types y on y.id = a.annotation_type_id
 where a.task_id = $1 and a.id > $2::bigint order by a.id limit $3
