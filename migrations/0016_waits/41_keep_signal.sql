-- Part of send_signals_v1: keeps a signal for whoever waits at its address next. False: as many as may be are kept.
create function tasker.keep_signal_v1(
  p_box bigint, p_id text, p_payload jsonb, p_until timestamptz, p_limit int, p_now timestamptz
) returns boolean
language plpgsql as $$
declare
  v_gone int;
begin
  if (select b.kept from tasker.signal_boxes b where b.id = p_box) >= p_limit then
    delete from tasker.kept_signals k where k.box_id = p_box and k.keep_until <= p_now;
    get diagnostics v_gone = row_count;
    if v_gone = 0 then return false; end if;
    update tasker.signal_boxes b set kept = b.kept - v_gone where b.id = p_box;
  end if;
  insert into tasker.kept_signals (box_id, sent_at, keep_until, signal_id, payload)
  values (p_box, p_now, p_until, p_id, p_payload);
  update tasker.signal_boxes b set kept = b.kept + 1 where b.id = p_box;
  return true;
end $$;
