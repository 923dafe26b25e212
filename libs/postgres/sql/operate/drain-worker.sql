-- Purpose: ask a worker to take no more steps. Parameters: 1 worker. Rows: one when it lives. Locks: its row.
update tasker.workers set drain_requested = true where id = $1 and lost_at is null returning id
