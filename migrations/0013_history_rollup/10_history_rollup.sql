-- Every hour of history is read once more, when it is over, and kept as counts: a report about a week then reads a few
-- thousand rows instead of millions. Whoever maintains (one process at a time) calls roll_up_history_v1.
create table tasker.history_rollup (
  hour timestamptz not null,
  all_ms float8 not null,      -- of all that ended
  total_ms float8 not null,    -- of those that completed; so the rest, too
  max_ms float8,
  template_id int not null,
  ended int not null,
  completed int not null,
  failed int not null,
  -- 0: how long attempts ran. 1: how long those that completed had waited in the queue. 2: how long tasks took.
  kind smallint not null,
  position smallint not null,  -- -1 for tasks
  buckets smallint[] not null,
  counts int[] not null,
  primary key (hour, kind, template_id, position)
);

comment on table tasker.history_rollup is
  'Counts of attempts and tasks that ended, by hour, template and step. May change with any version: ask '
  'performance_v1.';

-- The same of whole days (UTC), so that a window of weeks reads few rows.
create table tasker.history_rollup_days (
  day timestamptz not null,
  all_ms float8 not null,
  total_ms float8 not null,
  max_ms float8,
  template_id int not null,
  ended int not null,
  completed int not null,
  failed int not null,
  kind smallint not null,
  position smallint not null,
  buckets smallint[] not null,
  counts int[] not null,
  primary key (day, kind, template_id, position)
);

comment on table tasker.history_rollup_days is
  'history_rollup added up by day. May change with any version: ask performance_v1.';

create table tasker.rollup_progress (
  -- Hours before this are in history_rollup. Null: none yet.
  rolled_until timestamptz,
  singleton boolean primary key default true check (singleton)
) with (fillfactor = 20);
