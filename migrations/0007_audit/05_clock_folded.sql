-- Whether the clock has gone through this time twice, because it was set back: then what was recorded there may come
-- before its cause. Workers notice within half a second.
create function tasker.clock_folded_v1(p_at timestamptz) returns boolean
language sql stable
return exists (
  select 1 from tasker.clock_leaps l
   where l.leap_ms < 0
     and p_at between l.at - interval '2 seconds'
                  and l.at + (2000 - l.leap_ms) * interval '1 millisecond');
