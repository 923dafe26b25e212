-- Purpose: record the outcome of a transactional step as the last statement of its transaction.
-- Parameters: 1 to 43 as in engine/settle-graph; 44 the transaction's number, 45 whether the task runs
--   against the clock. "offset 0" has the number compared first.
-- Rows: one; all of it texts, because the driver of a host may read anything else in its own way.
-- Index and locks: as in engine/settle-graph.
select array_to_string(s.started_task, ',') as started_task,
       array_to_string(s.started_position, ',') as started_position,
       array_to_string(s.started_ran, ',') as started_ran,
       array_to_string(s.ready_task, ',') as ready_task, array_to_string(s.ready_position, ',') as ready_position,
       s.queued::text as queued,
       array_to_string(s.ended_task, ',') as ended_task, array_to_string(s.ended_state, ',') as ended_state,
       array_to_string(s.declined_task, ',') as declined_task,
       array_to_string(s.declined_position, ',') as declined_position,
       (date_part('epoch', s.at) * 1000)::text as at_ms,
       case when $45 then tasker.arm_settled_v1($19, $20, s.ready_task, s.ready_position, s.started_task,
                                                s.started_position, s.ended_task, s.at)::text end as armed
  from (select tasker.own_transaction_v1($44) as own offset 0) x
 cross join lateral tasker.settle_graph_v1(
         case when x.own then $1::int[] end, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39,
         $40, $41, $42, $43) s
