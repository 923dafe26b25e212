-- Part of settle_waits_v1: opens waits, in the order of (task, position), of those of the steps that wait now: an
-- operator may have ended a step meanwhile.
create function tasker.open_waits_v1(p_waits jsonb, p_now timestamptz) returns void
language plpgsql as $$
declare
  v_boxes bigint[];
  v_wait record;
begin
  select tasker.touch_boxes_v1(array_agg(w.wait ->> 'namespace' order by w.ord, g.ord),
                               array_agg(g.signal ->> 'name' order by w.ord, g.ord),
                               array_agg(g.signal ->> 'key' order by w.ord, g.ord), p_now)
    into v_boxes
    from jsonb_array_elements(p_waits) with ordinality as w(wait, ord),
         jsonb_array_elements(w.wait -> 'signals') with ordinality as g(signal, ord)
  having count(*) > 0;
  for v_wait in
    select w.wait, jsonb_array_length(w.wait -> 'signals') as signals,
           sum(jsonb_array_length(w.wait -> 'signals')) over (order by w.ord) as last,
           exists (select 1 from tasker.steps s
                    where s.task_id = (w.wait ->> 'task')::bigint and s.position = (w.wait ->> 'position')::smallint
                      and s.state = tasker.step_waiting()) as waits
      from jsonb_array_elements(p_waits) with ordinality as w(wait, ord)
  loop
    continue when not v_wait.waits;
    perform tasker.open_wait_v1(
      v_wait.wait, coalesce(v_boxes[v_wait.last - v_wait.signals + 1 : v_wait.last], '{}'), p_now);
  end loop;
end $$;
