-- Purpose: keep how far a running step says it is. Parameters: 1 task, 2 position, 3 worker, 4 attempt (the fence),
--   5 fraction, 6 note. Rows: one when the fence lets it through. Index: steps' key; stays HOT. Locks: own row.
update tasker.steps
   set progress = jsonb_build_object('attempt', $4::int, 'fraction', $5::float8, 'note', $6::text,
                                     'at', tasker.clock_v1())
 where task_id = $1 and position = $2 and state = tasker.step_in_progress() and worker_id = $3 and attempt = $4
returning task_id
