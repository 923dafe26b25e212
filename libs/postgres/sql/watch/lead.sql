-- Purpose: try to take a lock of the session. Parameters: 1 name of the lock. Rows: one. Locks: an advisory one; it is
--   not taken again by a session that has it, because a lock taken twice would have to be given back twice.
select coalesce((select true from pg_locks l
                  where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted and l.objsubid = 1
                    and l.classid = (k.key >> 32 & 4294967295)::bigint::oid
                    and l.objid = (k.key & 4294967295)::bigint::oid
                  limit 1),
                pg_try_advisory_lock(k.key)) as leads
  from (select hashtextextended($1, 0) as key) k
