-- One row per address that a signal was sent to or waited for at. Its lock orders senders and waiters; it goes when
-- nothing is kept there and nobody has touched it for a week.
create table tasker.signal_boxes (
  id bigint generated always as identity primary key,
  touched_at timestamptz not null,
  -- Signals that are kept there.
  kept int not null default 0,
  namespace text not null,
  name text not null,
  -- Of a signal to a task: @ and its id.
  key text not null,
  unique (namespace, key, name)
) with (fillfactor = 50);

-- Signals that nobody has waited for yet, oldest first.
create table tasker.kept_signals (
  box_id bigint not null,
  id bigint generated always as identity,
  sent_at timestamptz not null,
  keep_until timestamptz not null,
  signal_id text,
  payload jsonb not null,
  primary key (box_id, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index kept_signals_until on tasker.kept_signals (keep_until) where keep_until < 'infinity';

-- Ids that senders gave their signals: another signal of the same id to the same address is the same one, for a week.
create table tasker.signal_ids (
  box_id bigint not null,
  sent_at timestamptz not null,
  signal_id text not null,
  primary key (box_id, signal_id)
);
create index signal_ids_age on tasker.signal_ids (sent_at);
