-- Purpose: lanes that live workers claim from. Parameters: none. Rows: in no order.
-- Index: none, both are small. Locks: none.
select l.queue, l.handler from tasker.lanes l
 where exists (select 1 from tasker.live_workers w where w.serving and l.id = any (w.lanes))
