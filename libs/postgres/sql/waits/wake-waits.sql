-- Purpose: wake waits that are due. Parameters: 1 limit. Rows: one.
-- Index: step_waits_due. Locks: waits that are due, skipping locked ones.
select woken, array_to_string(escalated, ',') as escalated, array_to_string(timed_out, ',') as timed_out, next_due_ms,
       date_part('epoch', at) * 1000 as at_ms
  from tasker.wake_waits_v1($1)
