-- Purpose: milliseconds until the next timer is due. Parameters: none. Rows: one; null: there is none.
-- Index: budget_timers' key. Locks: none.
select (select greatest(0, ceil(extract(epoch from b.due_at - tasker.clock_v1()) * 1000))::bigint
          from tasker.budget_timers b order by b.due_at limit 1) as ms
