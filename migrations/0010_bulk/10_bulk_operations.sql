-- One row per verb applied to many tasks. Each batch moves last_task_id and the counts in the transaction that changes
-- the tasks, so whoever goes on after a crash repeats nothing.
create table tasker.bulk_operations (
  id bigint generated always as identity primary key,
  -- Tasks up to this one have been dealt with.
  last_task_id bigint not null default 0,
  -- Tasks created after the start are not touched.
  until_task_id bigint not null,
  -- Before this the next batch may not begin, whoever runs it.
  next_batch_at timestamptz not null default now(),
  -- Until when its owner runs it: another may take it over then.
  lease_expires_at timestamptz not null default '-infinity',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  matched int not null default 0,
  changed int not null default 0,
  unchanged int not null default 0,
  refused int not null default 0,
  failed int not null default 0,
  batch_size int not null check (batch_size > 0),
  -- Tasks per second; null: as fast as it goes.
  rate real check (rate > 0),
  state text not null default 'running' check (state in ('running', 'complete', 'cancelled', 'failed')),
  command jsonb not null,
  filter jsonb not null,
  actor text not null,
  reason text,
  -- How many were refused or failed for which reason, by error code; and the first few of them.
  refusals jsonb not null default '{}',
  samples jsonb not null default '[]',
  -- Which process runs it.
  owner text,
  error text
) with (fillfactor = 50);
create index bulk_operations_running on tasker.bulk_operations (id) where state = 'running';

comment on table tasker.bulk_operations is 'Verbs applied to many tasks: progress and outcome. Kept for ever; small.';
