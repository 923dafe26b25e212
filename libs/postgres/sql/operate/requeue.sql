-- Purpose: new places in the queue after a change of priority. Parameters: 1 tasks, 2 their priorities before.
-- Index: queue's key by lane and old place. Locks: the entries.
select tasker.requeue_v1($1, $2)
