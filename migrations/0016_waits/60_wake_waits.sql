-- Wakes waits that are due, earliest first, and says when the next one is. An approval that is to be escalated first is
-- given to others instead. No more signals go into what the time has woken.
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
    with given as (
      update tasker.approvals a set escalated_at = v_now, assignees = a.escalate_to
        from unnest(v_due) d
       where d.kind = 'approval' and a.task_id = d.task_id and a.position = d.position and a.generation = d.generation
         and a.state = 'open' and a.escalate_to is not null and a.escalated_at is null
         and coalesce(a.deadline_at > d.due_at, true)
      returning a.id, a.task_id, a.position, a.deadline_at
    ), later as (
      update tasker.step_waits w set due_at = g.deadline_at
        from given g where w.task_id = g.task_id and w.position = g.position returning w.task_id, w.position
    ), up as (
      update tasker.step_waits w set woken_at = v_now, woken_by = 'time'
        from unnest(v_due) d
       where w.task_id = d.task_id and w.position = d.position
         and (d.task_id, d.position) not in (select g.task_id, g.position from given g)
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
           (select array_agg(g.id) from given g), (select array_agg(l.id) from late l)
      into woken, escalated, timed_out;
  end if;
  select greatest(0, ceil(extract(epoch from w.due_at - v_now) * 1000))::bigint into next_due_ms
    from tasker.step_waits w where w.woken_at is null and w.due_at is not null order by w.due_at limit 1;
  at := v_now;
  return next;
end $$;
