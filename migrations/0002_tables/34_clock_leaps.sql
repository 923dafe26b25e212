-- When somebody set the database's clock, as workers that watch it have seen: the time it showed then, and by how much
-- it had leapt. What was recorded in a time that it went through twice has no order by time.
create table tasker.clock_leaps (
  at timestamptz not null,
  leap_ms float8 not null,
  primary key (at, leap_ms)
);
