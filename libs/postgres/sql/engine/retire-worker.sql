-- Purpose: remove a worker that signs off, unless steps are in its name: its row is what they are found by.
-- Parameters: 1 worker. Rows: one; gone: the row is not there any more. Index: steps' key from the worker's floor.
-- Locks: its row.
with gone as (
  delete from tasker.workers w
   where w.id = $1
     and not exists (select 1 from tasker.steps s
                      where s.task_id >= w.min_task_id and s.worker_id = w.id and s.state = tasker.step_in_progress())
  returning 1)
select exists (select 1 from gone) or not exists (select 1 from tasker.workers w where w.id = $1) as gone
