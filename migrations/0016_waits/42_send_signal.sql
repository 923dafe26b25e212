-- Part of send_signals_v1: one signal to one box, which the caller has locked. Gives back what became of it: delivered,
-- kept, dropped (nobody waits at the key, and it was not to be kept), duplicate, full.
create function tasker.send_signal_v1(
  p_box bigint, p_to_task boolean, p_id text, p_payload jsonb, p_ttl_ms bigint, p_limit int, p_now timestamptz,
  out outcome text, out given int, out woken int
)
language plpgsql as $$
declare
  v_until timestamptz := coalesce(p_now + p_ttl_ms * interval '1 millisecond', 'infinity');
begin
  given := 0;
  woken := 0;
  if p_id is not null and exists (
       select 1 from tasker.signal_ids i
        where i.box_id = p_box and i.signal_id = p_id and i.sent_at > p_now - interval '7 days') then
    outcome := 'duplicate';
    return;
  end if;
  select d.given, d.woken into given, woken
    from tasker.deliver_signal_v1(
      p_box, p_to_task,
      jsonb_build_object('payload', p_payload, 'id', p_id, 'at', floor(date_part('epoch', p_now) * 1000)),
      p_now) d;
  outcome := case when given > 0 then 'delivered' when v_until <= p_now then 'dropped'
                  when tasker.keep_signal_v1(p_box, p_id, p_payload, v_until, p_limit, p_now) then 'kept'
                  else 'full' end;
  if p_id is not null and outcome in ('delivered', 'kept') then
    insert into tasker.signal_ids as i (box_id, sent_at, signal_id) values (p_box, p_now, p_id)
    on conflict (box_id, signal_id) do update set sent_at = excluded.sent_at;
  end if;
end $$;
