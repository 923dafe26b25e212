-- Sends signals, one after the other in the order given. p_tasks: to a task, null to a key. p_ttl_ms: how long each is
-- kept when nobody waits for it, null for as long as there is something to wait. No step is touched: those that are
-- woken are queued. Gives back what became of each and how many waits it reached, besides what send_signal_v1 says:
-- no_task, ended.
create function tasker.send_signals_v1(
  p_namespaces text[], p_names text[], p_keys text[], p_tasks bigint[], p_payloads text[], p_ids text[],
  p_ttl_ms bigint[], p_limit int
) returns table (outcomes text[], given int[], woken int, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_namespaces text[];
  v_keys text[];
  v_boxes bigint[];
  v_one record;
  v_sent record;
begin
  select * into v_namespaces, v_keys, outcomes from tasker.signal_targets_v1(p_namespaces, p_keys, p_tasks);
  given := array_fill(0, array[cardinality(p_names)]);
  woken := 0;
  at := v_now;
  v_boxes := tasker.touch_boxes_v1(
    array(select v_namespaces[i] from generate_subscripts(p_names, 1) i where outcomes[i] is null),
    array(select p_names[i] from generate_subscripts(p_names, 1) i where outcomes[i] is null),
    array(select v_keys[i] from generate_subscripts(p_names, 1) i where outcomes[i] is null), v_now);
  perform 1 from tasker.step_waits w
    where (w.task_id, w.position) in (select s.task_id, s.position from tasker.wait_signals s
                                       where s.box_id = any (v_boxes) and s.open)
    order by w.task_id, w.position for update;
  for v_one in
    select u.i, v_boxes[row_number() over (order by u.i)] as box
      from generate_subscripts(p_names, 1) as u(i) where outcomes[u.i] is null
  loop
    select s.* into v_sent
      from tasker.send_signal_v1(v_one.box, p_tasks[v_one.i] is not null, p_ids[v_one.i], p_payloads[v_one.i]::jsonb,
                                 p_ttl_ms[v_one.i], p_limit, v_now) s;
    outcomes[v_one.i] := v_sent.outcome;
    given[v_one.i] := v_sent.given;
    woken := woken + v_sent.woken;
  end loop;
  return next;
end $$;
