-- Purpose: what waits of steps have come to. Parameters: 1 tasks, 2 positions, 3 generations. Rows: those there are.
-- Index: step_waits' key. Locks: waits that have been woken, by task and position.
select task_id, position, kind, woken_by, signals, approval from tasker.read_waits_v1($1, $2, $3)
