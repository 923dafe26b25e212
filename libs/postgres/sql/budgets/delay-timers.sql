-- Purpose: timers that stand still are due later. Parameters: 1 places, 2 milliseconds from now. Rows: none.
-- Index: none, by place. Locks: held already, by the same transaction.
update tasker.budget_timers b
   set due_at = tasker.clock_v1() + n.ms * interval '1 millisecond', counted_at = tasker.clock_v1()
  from unnest($1::tid[], $2::bigint[]) as n(place, ms) where b.ctid = n.place
