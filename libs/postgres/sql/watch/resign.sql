-- Purpose: give the lock of lead.sql back. Parameters: 1 name of the lock. Rows: one. Locks: none; without the lock the
--   server only warns.
select pg_advisory_unlock(hashtextextended($1, 0)) as resigned
