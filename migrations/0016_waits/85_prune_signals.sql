-- Takes away what nobody will look for: kept signals whose time is over, ids older than a week, boxes that are empty
-- and unused for that long. At most so many of each; gives back how many there were.
create function tasker.prune_signals_v1(p_limit int) returns int
language plpgsql as $$
declare
  v_now timestamptz := tasker.clock_v1();
  v_count int;
  v_gone int;
begin
  with late as (
    select b.id from tasker.signal_boxes b
     where b.id in (select k.box_id from tasker.kept_signals k where k.keep_until <= v_now limit p_limit)
     order by b.namespace, b.key, b.name for update
  ), gone as (
    delete from tasker.kept_signals k using late l where k.box_id = l.id and k.keep_until <= v_now returning k.box_id
  ), counted as (
    update tasker.signal_boxes b set kept = b.kept - g.gone
      from (select box_id, count(*)::int as gone from gone group by box_id) g where b.id = g.box_id)
  select count(*) into v_gone from gone;
  delete from tasker.signal_ids i
   where (i.box_id, i.signal_id) in (select y.box_id, y.signal_id from tasker.signal_ids y
                                      where y.sent_at <= v_now - interval '7 days' order by y.sent_at limit p_limit);
  get diagnostics v_count = row_count;
  v_gone := v_gone + v_count;
  -- Whoever waits or sends there now has the lock, and has touched it.
  delete from tasker.signal_boxes b
   where b.id in (select y.id from tasker.signal_boxes y
                   where y.kept = 0 and y.touched_at < v_now - interval '7 days'
                     and not exists (select 1 from tasker.wait_signals s where s.box_id = y.id)
                   limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_gone + v_count;
end $$;
