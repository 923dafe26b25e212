-- Purpose: find or add lanes of one level. Parameters: 1 queues, 2 handlers, 3 level.
-- Rows: one per input pair, in order. Locks: new rows.
with given as (
  select * from unnest($1::text[], $2::text[]) with ordinality as g(queue, handler, ord)
), made as (
  insert into tasker.lanes (queue, handler, level) select distinct queue, handler, $3::int from given
  on conflict do nothing
  returning id, queue, handler)
select coalesce(m.id, l.id) as id
  from given g
  left join made m on m.queue = g.queue and m.handler = g.handler
  left join tasker.lanes l on l.queue = g.queue and l.handler = g.handler and l.level = $3
 order by g.ord
