-- Purpose: declare workers whose lease ended as lost, and list every lost worker not yet dealt with.
-- Parameters: none. Rows: ids. Locks: rows of the lost workers.
with declared as (
  update tasker.workers w set lost_at = clock_timestamp()
   where w.lost_at is null and w.lease_expires_at < clock_timestamp()
  returning w.id)
select id from declared union select w.id from tasker.workers w where w.lost_at is not null order by id
