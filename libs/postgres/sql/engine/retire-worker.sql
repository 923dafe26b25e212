-- Purpose: remove a worker that holds nothing. Parameters: 1 worker. Rows: none. Locks: its row.
delete from tasker.workers where id = $1
