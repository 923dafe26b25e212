-- Purpose: take away timers of no use, which the same transaction has locked. Parameters: 1 places. Rows: none.
-- Index: none, by place. Locks: held already.
delete from tasker.budget_timers where ctid = any ($1::tid[])
