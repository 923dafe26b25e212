-- Purpose: take steps again whose claim a crash of the server has forgotten.
-- Parameters: 1 worker, 2 tasks, 3 positions, 4 attempts.
-- Rows: one. Index: none, it reads the queue. Locks: as a claim.
select tasker.reclaim_steps_v1($1, $2, $3, $4) as taken
