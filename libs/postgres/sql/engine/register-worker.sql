-- Purpose: announce a worker and grant its first lease, by the database clock. It holds nothing, so claims need not
-- wait for it after a crash of the server; who has left is forgotten there.
-- Parameters: 1 name, 2 host, 3 pid, 4 version, 5 lanes, 6 concurrency, 7 lease ms, 8 level. Rows: one. Locks: none.
with made as (
  insert into tasker.workers (name, host, pid, version, lanes, concurrency, lease_expires_at, started_at, heartbeat_at,
                              min_task_id, level)
  select $1, $2, $3, $4, $5, $6, lease.at + $7 * interval '1 millisecond', tasker.clock_v1(), lease.at,
         9223372036854775807, $8
    from (select tasker.lease_clock_v1() as at) lease
  returning id
), sure as (
  insert into tasker.sure_workers (worker_id) select m.id from made m on conflict do nothing
), left_over as (
  delete from tasker.sure_workers s
   where s.worker_id > 0 and not exists (select 1 from tasker.workers w where w.id = s.worker_id))
select m.id from made m
