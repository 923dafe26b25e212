-- Purpose: a task goes on after a pause: what stood still is due later. Parameters: 1 tasks. Rows: one.
-- Index: budget_timers' by task, task_history's by task. Locks: timers of the tasks.
select tasker.shift_starts_v1($1, null, null)
