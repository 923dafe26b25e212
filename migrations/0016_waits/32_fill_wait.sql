-- Puts signals into one place of an open wait, which the caller has locked; wakes the wait when nothing is lacking any
-- more. Other places take nothing from then on: what comes is for whoever waits next. The place itself goes on taking
-- until it has what it wants or somebody reads it. Gives back whether this has woken it.
create function tasker.fill_wait_v1(
  p_task bigint, p_position smallint, p_place smallint, p_signals jsonb, p_now timestamptz
) returns boolean
language plpgsql as $$
declare
  v_first boolean;
  v_woken boolean;
begin
  update tasker.wait_signals s
     set taken = s.taken || p_signals,
         open = jsonb_array_length(s.taken) + jsonb_array_length(p_signals) < s.wanted
   where s.task_id = p_task and s.position = p_position and s.place = p_place
  returning jsonb_array_length(s.taken) = jsonb_array_length(p_signals) into v_first;
  if v_first is not true then return false; end if;
  update tasker.step_waits w
     set lacking = w.lacking - 1, woken_at = case when w.lacking = 1 then p_now end,
         woken_by = case when w.lacking = 1 then 'signal' end
   where w.task_id = p_task and w.position = p_position and w.woken_at is null
  returning w.woken_at is not null into v_woken;
  if v_woken is not true then return false; end if;
  update tasker.wait_signals s set open = false
   where s.task_id = p_task and s.position = p_position and s.place <> p_place and s.open;
  perform tasker.queue_wait_v1(p_task, p_position, p_now);
  return true;
end $$;
