-- Which process sweeps, until when, and when the last sweep ended: there is one row.
create table tasker.retention_sweeps (
  lease_expires_at timestamptz not null default '-infinity',
  ended_at timestamptz not null default '-infinity',
  one boolean primary key default true check (one),
  owner text
) with (fillfactor = 20);
insert into tasker.retention_sweeps default values;

-- How far a rule has looked: no task up to scanned_to needs a look but for its stragglers.
create table tasker.retention_progress (
  scanned_to bigint not null default 0,
  pass_began_at timestamptz not null,
  swept_at timestamptz not null,
  rule text primary key
) with (fillfactor = 20);

-- Tasks a rule has passed and must look at again: those that had not finished, or not long enough ago.
create table tasker.retention_stragglers (
  due_at timestamptz not null,
  task_id bigint not null,
  rule text not null,
  primary key (rule, due_at, task_id)
);
