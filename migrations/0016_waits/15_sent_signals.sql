-- Signals sent inside somebody else's transaction: written there, and matched with what waits after its commit, so that
-- no lock of an address is held for as long as that transaction likes.
create table tasker.sent_signals (
  id bigint generated always as identity primary key,
  sent_at timestamptz not null,
  task_id bigint,
  ttl_ms bigint,
  -- Null: that of the task.
  namespace text,
  name text not null,
  key text,
  signal_id text,
  payload jsonb not null,
  check (num_nonnulls(task_id, key) = 1)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
