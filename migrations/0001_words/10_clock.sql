-- The only reader of time for what is due, kept or recorded. Leases, heartbeats and limits of statements read
-- clock_timestamp() themselves: they are about processes that live now, whatever time it is for tasks.
create function tasker.clock_v1() returns timestamptz
language sql volatile parallel safe
return clock_timestamp();

comment on function tasker.clock_v1() is
  'The time Tasker goes by for everything but leases. Inlined: it costs what clock_timestamp() costs.';
