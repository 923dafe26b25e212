-- Purpose: arm the timers of steps that an operator has made ready. Parameters: 1 tasks, 2 positions. Rows: one.
-- Index: budget_timers' by task, keys. Locks: timers of the steps.
select tasker.arm_steps_v1($1, $2, tasker.clock_v1())
