-- Purpose: queue delayed steps that are due. Parameters: 1 limit. Rows: one.
-- Index: delayed_steps' key, steps' key. Locks: delayed rows, skipping locked ones.
select ready_task, ready_position, ready_template, ready_correlation, next_due_ms,
       extract(epoch from at) * 1000 as at_ms
  from tasker.promote_delayed_v1($1)
