-- Purpose: write what an operator does to tasks that lock.sql has locked.
-- Parameters: 1 actor, 2 reason, 3 tasks json; steps: 4 task, 5 position, 6 state, 7 result, 8 inputs, 9 starts
--   anew. See migrations/0008_operators.
-- Rows: one per task, by id. Index: keys. Locks: held already.
select task_id, state, hold, priority, lock_version, ready_position, left_position, ended_state,
       extract(epoch from at) * 1000 as at_ms
  from tasker.operate_apply_v1($1, $2, $3, $4, $5, $6, $7, $8, $9)
