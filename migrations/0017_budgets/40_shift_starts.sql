-- Tasks, or a step of theirs (null: all), go on after a pause that began at p_since (null: as their history says): the
-- time until their first attempt has stood still meanwhile.
create function tasker.shift_starts_v1(p_tasks bigint[], p_position smallint, p_since timestamptz) returns void
language sql as $$
  update tasker.budget_timers b
     set due_at = b.due_at + (tasker.clock_v1() - greatest(b.counted_at, p.since)), counted_at = tasker.clock_v1()
    from (select u.id, coalesce(p_since, (select max(h.at) from tasker.task_history h
                                           where h.task_id = u.id and h.metadata ->> 'verb' = 'pause')) as since
            from unnest(p_tasks) as u(id)) p
   where b.task_id = p.id and b.kind = 'start' and (p_position is null or b.position = p_position)
     and p.since is not null
$$;
