-- Purpose: record outcomes, free dependents, finish tasks: one transaction, all or nothing.
-- Parameters: 1 workers, 2 for lost workers; outcomes 3 to 10; reruns 11 to 16; single-parent dependents 17 to 22;
--   joins 23 to 31; 32 finished tasks; 33, 34 step counts. Arrays as in migrations/0005_settle_steps.
-- Rows: one; lists as texts, which Node reads faster than arrays.
-- Index: steps' key, tasks' key. Locks: own steps, joins in key order, tasks by id.
select array_to_string(started_task, ',') as started_task,
       array_to_string(started_position, ',') as started_position,
       array_to_string(ready_task, ',') as ready_task, array_to_string(ready_position, ',') as ready_position, queued,
       array_to_string(ended_task, ',') as ended_task, array_to_string(ended_state, ',') as ended_state,
       array_to_string(declined_task, ',') as declined_task,
       array_to_string(declined_position, ',') as declined_position, date_part('epoch', at) * 1000 as at_ms
  from tasker.settle_steps_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                              $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)
