-- Purpose: engine/settle-graph for a batch of which some tasks run against the clock: arms what it has made ready.
-- Parameters, rows and index: as there. Locks: as there; then timers of the steps.
with settled as materialized (
  select * from tasker.settle_graph_v1(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43)
), armed as materialized (
  select tasker.arm_settled_v1($19, $20, s.ready_task, s.ready_position, s.started_task, s.started_position,
                               s.ended_task, s.at) from settled s)
select array_to_string(started_task, ',') as started_task,
       array_to_string(started_position, ',') as started_position, array_to_string(started_ran, ',') as started_ran,
       array_to_string(ready_task, ',') as ready_task, array_to_string(ready_position, ',') as ready_position, queued,
       array_to_string(ended_task, ',') as ended_task, array_to_string(ended_state, ',') as ended_state,
       array_to_string(declined_task, ',') as declined_task,
       array_to_string(declined_position, ',') as declined_position, date_part('epoch', at) * 1000 as at_ms
  from settled, armed
