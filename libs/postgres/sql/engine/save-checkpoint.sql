-- Purpose: keep what a running step saved for its next attempt.
-- Parameters: 1 task, 2 position, 3 worker, 4 attempt (the fence), 5 json. Rows: none; count 0 when the fence refuses.
-- Index: steps' key; stays HOT. Locks: own row.
update tasker.steps set checkpoint = $5::jsonb
 where task_id = $1 and position = $2 and state = tasker.step_in_progress() and worker_id = $3 and attempt = $4
