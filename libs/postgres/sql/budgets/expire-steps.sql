-- Purpose: end steps whose time is over, of tasks that operate/lock has locked. Parameters: 1 tasks, 2 positions, 3
-- errors. Rows: one; the tasks that ended with it. Index: keys. Locks: held already.
select ended_task, ended_state, extract(epoch from at)::float8 * 1000 as at_ms
  from tasker.expire_steps_v1($1, $2, $3)
