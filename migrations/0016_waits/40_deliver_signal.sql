-- Part of send_signals_v1: gives a signal to what waits at its address, to all or, p_one, to the one that waits
-- longest. The caller has locked the box.
create function tasker.deliver_signal_v1(
  p_box bigint, p_one boolean, p_signal jsonb, p_now timestamptz, out given int, out woken int
)
language plpgsql as $$
declare
  v_place record;
begin
  given := 0;
  woken := 0;
  for v_place in
    select s.task_id, s.position, s.place
      from tasker.wait_signals s
      join tasker.step_waits w on w.task_id = s.task_id and w.position = s.position
     where s.box_id = p_box and s.open
     order by w.opened_at, s.task_id, s.position, s.place limit case when p_one then 1 end
  loop
    given := given + 1;
    if tasker.fill_wait_v1(v_place.task_id, v_place.position, v_place.place, jsonb_build_array(p_signal), p_now) then
      woken := woken + 1;
    end if;
  end loop;
end $$;
