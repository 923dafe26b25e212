-- Purpose: send signals that were recorded in transactions that have committed. Parameters: 1 limit. Rows: one.
-- Index: sent_signals' key. Locks: recorded rows, skipping locked ones, then as send-signals.sql.
select matched, woken from tasker.match_sent_signals_v1($1)
