-- Purpose: tell listening workers that steps were queued, with the transaction of whoever says so.
-- Parameters: 1 channel, 2 text. Locks: the notification queue at commit.
select pg_catalog.pg_notify($1, $2)
