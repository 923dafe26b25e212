-- Purpose: announce a worker and grant its first lease, by the database clock.
-- Parameters: 1 name, 2 host, 3 pid, 4 version, 5 lanes, 6 concurrency, 7 lease ms. Rows: one. Locks: none.
insert into tasker.workers (name, host, pid, version, lanes, concurrency, lease_expires_at, started_at, heartbeat_at,
                            min_task_id)
select $1, $2, $3, $4, $5, $6, lease.at + $7 * interval '1 millisecond', tasker.clock_v1(), lease.at,
       9223372036854775807
  from (select tasker.lease_clock_v1() as at) lease
returning id
