-- Part of claim_carefully_v1: takes entries out of the queue, by rank and age.
create function tasker.pick_entries_v1(p_lanes int[], p_from bigint[], p_limit int) returns tasker.queue[]
language plpgsql as $$
declare
  v_entries tasker.queue[];
begin
  with picked as materialized (
    select q.tid, q.rank, q.seq
      from unnest(p_lanes, p_from) as l(lane, from_seq)
      cross join lateral (
        select y.ctid as tid, y.rank, y.seq from tasker.queue y
         where y.lane_id = l.lane and y.seq >= l.from_seq
         order by y.rank, y.seq limit p_limit for update skip locked) q
     order by q.rank, q.seq limit p_limit
  ), taken as (
    delete from tasker.queue d using picked p where d.ctid = p.tid returning d.*)
  select array_agg(t order by t.rank, t.seq) into v_entries from taken t;
  return v_entries;
end $$;
