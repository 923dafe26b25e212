-- Purpose: declare workers whose lease ended as lost, and list every lost worker to deal with.
-- Parameters: 1 what the lease clock read when the caller last looked, ms; 2 ms since it saw that clock leap, null:
--   never; 3 ms since it first read that clock, or saw it leap; 4 the highest engine level whose workers
--   it judges. After a leap a worker has the length of its lease to renew by the new time. A renewal in the future is
--   one from before a leap back.
-- Rows: ids. Locks: rows of the lost workers.
with seen as materialized (select to_timestamp($1::float8 / 1000) as at
), declared as (
  update tasker.workers w set lost_at = tasker.lease_clock_v1()
    from seen
   where w.lost_at is null and w.level <= $4
     and case when w.lease_expires_at < seen.at
              then $2::float8 is null or w.lease_expires_at - w.heartbeat_at <= $2::float8 * interval '1 millisecond'
              else w.heartbeat_at > greatest(seen.at, tasker.lease_clock_v1())
                   and w.lease_expires_at - w.heartbeat_at <= $3::float8 * interval '1 millisecond' end
  returning w.id)
select id from declared
 union
select w.id from tasker.workers w, seen
 where w.lost_at is not null and w.level <= $4
   and coalesce(w.rescued_at < seen.at - (w.lease_expires_at - w.heartbeat_at), true)
 order by id
