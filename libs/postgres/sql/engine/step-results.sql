-- Purpose: results of parents that ran elsewhere. Parameters: 1 tasks, 2 positions. Rows: one per key, in order.
-- Index: steps' key. Locks: none.
select s.result::text as result
  from unnest($1::bigint[], $2::smallint[]) with ordinality as k(task_id, position, ord)
  left join lateral (select y.result from tasker.steps y
                      where y.task_id = k.task_id and y.position = k.position offset 0) s on true
 order by k.ord
