-- Purpose: all lanes. Parameters: none. Rows: by id. Locks: none.
select id, queue, handler, level from tasker.lanes order by id
