-- Purpose: the same in a transaction of its own, which waits for no disk: workers hear of it a flush earlier, and what
-- a crash of the server loses is found by polling.
-- Parameters: 1 channel, 2 text. Locks: the notification queue at commit.
select pg_notify($1, $2) from set_config('synchronous_commit', 'off', true)
