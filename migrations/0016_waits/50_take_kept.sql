-- Part of open_waits_v1: what is kept at the address of a place that has just been opened goes into it, oldest first.
create function tasker.take_kept_v1(
  p_task bigint, p_position smallint, p_place smallint, p_box bigint, p_wanted smallint, p_now timestamptz
) returns void
language plpgsql as $$
declare
  v_taken jsonb;
begin
  with taken as (
    delete from tasker.kept_signals k
     where k.box_id = p_box
       and k.id in (select y.id from tasker.kept_signals y
                     where y.box_id = p_box and y.keep_until > p_now order by y.id limit p_wanted)
    returning k.id, k.signal_id, k.sent_at, k.payload)
  select jsonb_agg(jsonb_build_object('payload', t.payload, 'id', t.signal_id,
                                      'at', floor(date_part('epoch', t.sent_at) * 1000)) order by t.id)
    into v_taken from taken t;
  if v_taken is null then return; end if;
  update tasker.signal_boxes b set kept = b.kept - jsonb_array_length(v_taken) where b.id = p_box;
  perform tasker.fill_wait_v1(p_task, p_position, p_place, v_taken, p_now);
end $$;
