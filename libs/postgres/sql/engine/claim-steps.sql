-- Purpose: take queued steps for a worker.
-- Parameters: 1 worker, 2 lanes, 3 watermark per lane, 4 limit, 5 whether each entry is looked at before it is taken.
-- Rows: claimed steps by rank and age. Index: queue's key, steps' key.
-- Locks: queue rows, skipping locked ones; rows of tasks that begin.
select task_id, "position", template_id, attempt, waited_ms, lane_id, seq, priority, correlation_id, trace_parent,
       bypass, context, checkpoint, granted, generation, inputs, admitted, lock_version, began,
       date_part('epoch', at) * 1000 as at_ms, date_part('epoch', requested_at) * 1000 as requested_ms
  from tasker.claim_steps_v1($1, $2, $3, $4, $5)
