-- Purpose: tell listening workers that steps were queued. Parameters: 1 channel, 2 text.
-- Locks: the notification queue at commit.
select pg_catalog.pg_notify($1, $2)
