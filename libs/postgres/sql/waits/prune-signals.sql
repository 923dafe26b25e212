-- Purpose: take away what of signals nobody will look for. Parameters: 1 limit. Rows: one.
-- Index: kept_signals_until, signal_ids_age. Locks: boxes by address.
select tasker.prune_signals_v1($1) as gone
