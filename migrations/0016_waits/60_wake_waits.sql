-- Wakes waits that are due, earliest first, and says when the next one is. No more signals go into what the time has
-- woken. An approval that is to be escalated first is given to others instead.
create function tasker.wake_waits_v1(p_limit int)
returns table (woken int, escalated bigint[], timed_out bigint[], next_due_ms bigint, at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_due tasker.step_waits[];
begin
  select array_agg(d) into v_due
    from (select w.* from tasker.step_waits w where w.due_at <= v_now and w.woken_at is null
           order by w.due_at limit p_limit for update skip locked) d;
  woken := 0;
  if v_due is not null then
    escalated := tasker.pass_interim_v1(v_due, v_now);
    with up as (
      update tasker.step_waits w set woken_at = v_now, woken_by = 'time'
        from unnest(v_due) d where not d.interim and w.task_id = d.task_id and w.position = d.position
      returning w.task_id, w.position, w.generation, w.kind
    ), closed as (
      update tasker.wait_signals s set open = false
        from up u where s.task_id = u.task_id and s.position = u.position and s.open
    ), late as (
      update tasker.approvals a set state = 'timed_out', ended_at = v_now
        from up u where u.kind = 'approval' and a.task_id = u.task_id and a.position = u.position
                    and a.generation = u.generation and a.state = 'open'
      returning a.id)
    select (select count(tasker.queue_wait_v1(u.task_id, u.position, v_now)) from up u),
           (select array_agg(l.id) from late l)
      into woken, timed_out;
    -- Others than those that the time has woken: their last thing was the sleep.
    woken := woken + (select count(*) from unnest(v_due) d where d.interim and d.kind = 'signal' and d.lacking = 1);
  end if;
  select greatest(0, ceil(extract(epoch from w.due_at - v_now) * 1000))::bigint into next_due_ms
    from tasker.step_waits w where w.woken_at is null and w.due_at is not null order by w.due_at limit 1;
  at := v_now;
  return next;
end $$;
