-- Purpose: renew a worker's lease and tell it its place among its likes: the workers that serve the same lanes.
-- Parameters: 1 worker, 2 lease ms, 3 running, 4 draining, 5 lanes, 6 floor of its tasks or null.
-- Rows: one; alive false when the worker was declared lost. Until then it may renew, whatever the clock says: it
--   measures its lease itself, on one that does not leap. Index: workers' key. Locks: own row.
with beat as (
  update tasker.workers w
     set heartbeat_at = n.at, lease_expires_at = n.at + $2 * interval '1 millisecond',
         running = $3, draining = $4, lanes = $5, min_task_id = coalesce($6::bigint, w.min_task_id)
    from (select tasker.lease_clock_v1() as at) n
   where w.id = $1 and w.lost_at is null
  returning w.id, w.drain_requested
), other as (
  -- Also those whose lease has just ended: a place does not move before somebody has declared them lost.
  select w.id, w.lanes = $5 as alike from tasker.workers w where w.lost_at is null and not w.draining and w.id <> $1)
select exists (select 1 from beat) as alive, coalesce((select b.drain_requested from beat b), false) as drain,
       (select count(*)::int from other o where o.alike and o.id < $1) as rank,
       (select count(*)::int from other o where o.alike) as likes,
       (select count(*)::int from other o) as others
