-- Purpose: create tasks, with their roots queued or claimed by the creating worker.
-- Parameters: 1 tasks json; roots: 2 index of the task from 1, 3 position, 4 lane, 5 claimed at once; 6 worker or null.
-- Rows: one per task in the order of the input: id, duplicate, database time.
-- Index: tasks_identity for duplicates. Locks: none beyond the new rows. See migrations/0003_create_tasks.
select id::text, duplicate, extract(epoch from at) * 1000 as at_ms
  from tasker.create_tasks_v1($1, $2, $3, $4, $5, $6)
