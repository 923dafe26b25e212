-- Purpose: read the clock that leases go by, look for workers that are lost or seem to be by it, and whether claims are
-- held since a crash of the server. Writes nothing. Parameters: 1 worker that asks, 2 its engine level: workers of
-- a higher one are not its to judge.
-- Rows: one; lost: declared, and to be dealt with now; doubtful: there are others to judge; sure: the worker has
-- compared its steps with the rows since the crash. Locks: none.
select extract(epoch from n.at)::float8 * 1000 as at_ms,
       coalesce(array(select w.id from tasker.workers w
                       where w.lost_at is not null and w.level <= $2
                         and coalesce(w.rescued_at < n.at - (w.lease_expires_at - w.heartbeat_at), true)
                       order by w.id), '{}') as lost,
       exists (select 1 from tasker.workers w
                where w.lost_at is null and w.level <= $2
                  and (w.lease_expires_at < n.at or w.heartbeat_at > n.at)) as doubtful,
       not exists (select 1 from tasker.sure_workers s where s.worker_id = 0) as held,
       exists (select 1 from tasker.sure_workers s where s.worker_id = $1) as sure
  from (select tasker.lease_clock_v1() as at) n
