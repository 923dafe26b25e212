-- Purpose: which attempts in a worker's hands an operator has taken away, and who did, so that their handlers are
-- stopped. Parameters: 1 worker, 2 tasks, 3 positions, 4 attempts.
-- Rows: one per attempt that is not the worker's any more, in no order; none while a crash of the server may have made
--   the rows forget what the worker has: it takes that again first. Index: steps' key, the history's by task.
-- Locks: none.
select k.task_id, k.position, k.attempt, s.state, h.actor, h.reason
  from unnest($2::bigint[], $3::smallint[], $4::int[]) as k(task_id, position, attempt)
  left join tasker.steps s on s.task_id = k.task_id and s.position = k.position
  left join lateral (
    select y.actor, y.reason from tasker.step_history y
     where y.task_id = k.task_id and y.position = k.position and y.actor is not null
     order by y.at desc limit 1) h on true
 where (s.state is distinct from tasker.step_in_progress() or s.worker_id is distinct from $1
        or s.attempt is distinct from k.attempt)
   and exists (select from tasker.sure_workers y where y.worker_id = $1)
