-- Purpose: annotations of a task. Parameters: 1 task, 2 above this annotation, 3 most rows, 4 most bytes of JSON.
-- Rows: oldest first; a page ends before the row that would be too much, and has one row at least.
-- Index: task_annotations_task. Locks: none.
select p.id::text, y.name as type, p.annotation, p.actor, p.created_at
  from (select a.*, sum(octet_length(a.annotation::text)) over (order by a.id) as bytes,
               row_number() over (order by a.id) as place
          from (select * from tasker.task_annotations x
                 where x.task_id = $1 and x.id > $2::bigint order by x.id limit $3) a) p
  join tasker.annotation_types y on y.id = p.annotation_type_id
 where p.bytes <= $4 or p.place = 1
 order by p.id
