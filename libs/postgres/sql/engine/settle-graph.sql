-- Purpose: record outcomes of tasks that branch or wait, leave out what they decide, free dependents, finish tasks: one
-- transaction, all or nothing.
-- Parameters: 1 workers, 2 for lost workers; outcomes 3 to 12; reruns 13 to 18; single-parent dependents 19 to 24;
--   joins 25 to 35; steps left out 36 to 39; 40 finished tasks; 41, 42 step counts; 43 waits. Arrays as in
--   migrations/0015_graph.
-- Rows: one; lists as texts, which Node reads faster than arrays.
-- Index: steps' key, tasks' key. Locks: own steps, joins in key order, tasks by id, boxes, waits.
select array_to_string(started_task, ',') as started_task,
       array_to_string(started_position, ',') as started_position, array_to_string(started_ran, ',') as started_ran,
       array_to_string(ready_task, ',') as ready_task, array_to_string(ready_position, ',') as ready_position, queued,
       array_to_string(ended_task, ',') as ended_task, array_to_string(ended_state, ',') as ended_state,
       array_to_string(declined_task, ',') as declined_task,
       array_to_string(declined_position, ',') as declined_position, date_part('epoch', at) * 1000 as at_ms
  from tasker.settle_graph_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                              $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38,
                              $39, $40, $41, $42, $43)
