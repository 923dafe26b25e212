-- Purpose: workers; one that has stopped in good order has no row any more. Parameters: $1 most. Rows: newest first.
-- The lanes of what every engine decides itself are left out. Index: none, the table is small. Locks: none.
select w.id, w.name, w.host, w.pid, w.version,
       exists (select 1 from tasker.live_workers l where l.id = w.id) as alive,
       w.draining or w.drain_requested as draining, w.concurrency, w.running,
       array(select distinct l.handler from tasker.lanes l
              where l.id = any (w.lanes) and l.queue <> '@engine' order by 1) as handlers,
       array(select distinct l.queue from tasker.lanes l
              where l.id = any (w.lanes) and l.queue <> '@engine' order by 1) as queues,
       w.started_at as "startedAt", w.heartbeat_at as "heartbeatAt", w.lease_expires_at as "leaseExpiresAt",
       w.lost_at as "lostAt"
  from tasker.workers w order by w.id desc limit $1
