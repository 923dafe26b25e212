-- Timers that are due, locked, with how what they are about stands. Whoever has tasks locked asks again for those it
-- has.
create function tasker.due_timers_v1(p_limit int)
returns table (
  place tid, overdue_ms bigint, task_id bigint, step_position smallint, kind text, template_id int,
  correlation_id text, task_open boolean,
  step_state smallint, attempt int,
  anew boolean,          -- the step has been run anew since, or a later timer of its kind is armed
  taken boolean,         -- an attempt has begun since it was armed
  still_ms bigint)       -- of a start that stands still: for how long by now; null: it does not
language sql as $$
  select b.ctid, floor(extract(epoch from tasker.clock_v1() - b.due_at) * 1000)::bigint, b.task_id, b.position,
         b.kind, t.template_id, t.correlation_id, coalesce(tasker.task_open_v1(t.state), false), s.state,
         coalesce(s.attempt, 0),
         coalesce(s.generation, 0) <> b.generation
         or exists (select 1 from tasker.budget_timers o where o.task_id = b.task_id and o.position = b.position
                                                           and o.kind = b.kind and o.armed_at > b.armed_at),
         coalesce(s.started_at >= b.armed_at and s.attempt > s.granted, false),
         case when b.kind = 'start' and (t.hold or m.paused)
              then ceil(extract(epoch from tasker.clock_v1() - greatest(b.counted_at, least(
                     case when t.hold then (select max(h.at) from tasker.task_history h
                                             where h.task_id = t.id and h.metadata ->> 'verb' = 'pause') end,
                     case when m.paused then (select min(p.paused_at) from tasker.step_pauses p
                                                join tasker.task_templates y on y.id = t.template_id
                                               where p.namespace = y.namespace and p.name = y.name and p.step = m.name
                                                 and (p.version is null or p.version = y.version)) end))) * 1000)
         end::bigint
    from tasker.budget_timers b
    left join tasker.tasks t on t.id = b.task_id
    left join tasker.steps s on s.task_id = b.task_id and s.position = b.position and b.position >= 0
    left join tasker.step_templates m on m.template_id = t.template_id and m.position = b.position
   where b.due_at <= tasker.clock_v1()
   order by b.due_at, b.seq limit p_limit
     for update of b skip locked
$$;
