-- Purpose: create tasks, with their roots queued or claimed by the creating worker.
-- Parameters, one entry per task: 1 template, 2 priority, 3 correlation id, 4 context, 5 identity, 6 initiator,
--   7 source system, 8 reason, 9 trace parent, 10 tags, 11 bypass, 12 begun; one per root: 13 place of the task from
--   1, 14 position, 15 lane, 16 lone, 17 claimed at once; one per search attribute: 18 place of the task, 19 name,
--   20 text, 21 number; 22 worker or null. 5 to 12, 17, and 18 to 21 may be null as a whole.
-- Rows: one, of texts: ids in the order of the tasks, places of duplicates from 1, database time. The driver of a host
--   reads them as well, with parsers of its own.
-- Index: tasks_identity for duplicates. Locks: the worker's row when it claims. See migrations/0003_create_tasks.
select pg_catalog.array_to_string(ids, ',') as ids,
       coalesce(pg_catalog.array_to_string(duplicates, ','), '') as duplicates,
       (extract(epoch from at) * 1000)::text as at_ms
  from tasker.create_tasks_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                             $21, $22)
