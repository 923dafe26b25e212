-- Purpose: note that the clock has leapt, for the auditor; every worker notices it, one row is enough. A year is kept.
-- Parameters: 1 what the clock read afterwards, ms; 2 by how much it has leapt, ms. Rows: none. Locks: new rows.
with old as (
  delete from tasker.clock_leaps l where l.at < tasker.clock_v1() - interval '1 year')
insert into tasker.clock_leaps (at, leap_ms)
select n.at, $2::float8
  from (select to_timestamp($1::float8 / 1000) as at) n
 where not exists (select 1 from tasker.clock_leaps l
                    where l.at between n.at - interval '2 seconds' and n.at + interval '2 seconds'
                      and l.leap_ms <= $2::float8 + 500 and sign(l.leap_ms) = sign($2::float8))
on conflict do nothing
