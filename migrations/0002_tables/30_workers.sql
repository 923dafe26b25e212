create table tasker.workers (
  -- No step in this worker's hands belongs to a task below this id: finds its rows by primary key, without an index.
  min_task_id bigint not null default 0,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  lease_expires_at timestamptz not null,
  lost_at timestamptz,
  -- Since its steps were taken over. Its row stays a little longer: what was under way may still commit.
  rescued_at timestamptz,
  id int generated always as identity primary key,
  pid int not null,
  concurrency int not null,
  running int not null default 0,
  -- The highest engine level it understands.
  level int not null default 1,
  draining boolean not null default false,
  -- An operator wants it to take no more steps; it learns so from its next heartbeat.
  drain_requested boolean not null default false,
  name text not null,
  host text not null,
  version text not null,
  lanes int[] not null
) with (fillfactor = 50);
