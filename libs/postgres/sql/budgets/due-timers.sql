-- Purpose: timers that are due, with how what they are about stands. Parameters: 1 limit. Rows: by due time.
-- Index: budget_timers' key, steps' key, tasks' key. Locks: the timers, without those that somebody else has.
select place::text as place, overdue_ms, task_id, step_position as position, kind, template_id, correlation_id,
       task_open,
       step_state, attempt, anew, taken, still_ms
  from tasker.due_timers_v1($1)
