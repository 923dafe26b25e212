-- Purpose: keep what a running step saved for its next attempt.
-- Parameters: 1 task, 2 position, 3 worker, 4 attempt (the fence), 5 json.
-- Rows: one; kept: false when the fence refuses; sure: false when that may be because a crash of the server has made
--   the rows forget what the worker has. Index: steps' key; stays HOT. Locks: own row.
with kept as (
  update tasker.steps set checkpoint = $5::jsonb
   where task_id = $1 and position = $2 and state = tasker.step_in_progress() and worker_id = $3 and attempt = $4
  returning task_id)
select exists (select from kept) as kept, exists (select from tasker.sure_workers y where y.worker_id = $3) as sure
