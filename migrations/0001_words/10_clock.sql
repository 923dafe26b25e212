-- The only reader of time for what is due, kept or recorded. Leases of workers have a clock of their own; other leases
-- and limits of statements read clock_timestamp() themselves: they are about processes that live now, whatever time it
-- is for tasks.
create function tasker.clock_v1() returns timestamptz
language sql volatile parallel safe
return clock_timestamp();

comment on function tasker.clock_v1() is
  'The time Tasker goes by for everything but leases. Inlined: it costs what clock_timestamp() costs.';

create function tasker.lease_clock_v1() returns timestamptz
language sql volatile parallel safe
return clock_timestamp();

comment on function tasker.lease_clock_v1() is
  'The time by which leases of workers are granted and judged. It may leap; whoever judges by it watches for that.';
