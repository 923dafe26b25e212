-- Purpose: lanes that live workers claim from. Parameters: none. Rows: in no order.
-- Index: none, both tables are small. Locks: none.
select l.queue, l.handler from tasker.lanes l
 where exists (select 1 from tasker.workers w
                where w.lost_at is null and w.lease_expires_at > now() and not w.draining and not w.drain_requested
                  and l.id = any (w.lanes))
