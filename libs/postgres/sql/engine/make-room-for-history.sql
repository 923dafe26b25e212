-- Purpose: make partitions of the history ahead of time. Parameters: 1 weeks. Rows: number made.
-- Locks: new tables only.
select tasker.ensure_history_partitions_v1($1) as made
