-- Arms the deadlines of new tasks, and the timers of their first steps. p_duplicates: places, from 1, of tasks that
-- existed.
create function tasker.arm_created_v1(
  p_ids bigint[], p_duplicates int[], p_now timestamptz,
  r_task int[], r_position smallint[],   -- first steps: place of the task, from 1
  p_deadline_ms bigint[]                 -- one per task; null: none
) returns void
language plpgsql as $$
begin
  perform tasker.arm_steps_v1(array_agg(p_ids[r.task]), array_agg(r.position), p_now)
     from unnest(r_task, r_position) as r(task, position)
    where p_duplicates is null or r.task <> all (p_duplicates);
  insert into tasker.budget_timers (due_at, task_id, armed_at, counted_at, generation, position, kind)
  select p_now + d.ms * interval '1 millisecond', p_ids[d.place], p_now, p_now, 0, -1, 'deadline'
    from unnest(p_deadline_ms) with ordinality as d(ms, place)
   where d.ms is not null and (p_duplicates is null or d.place <> all (p_duplicates));
end $$;
