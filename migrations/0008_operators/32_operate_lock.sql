-- Locks tasks for an operator and shows how they stand. p_whole: with all their steps, each of which has a row
-- afterwards: their positions, ascending, and the state of each.
create function tasker.operate_lock_v1(p_tasks bigint[], p_whole boolean)
returns table (
  task_id bigint, template_id int, state smallint, hold boolean, priority smallint, lock_version int,
  correlation_id text, positions smallint[], states smallint[])
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
  perform set_config('lock_timeout', '300ms', true);
  -- Operators take turns before they take rows.
  perform pg_advisory_xact_lock(hashtextextended('tasker.operate', t.id))
     from (select distinct u as id from unnest(p_tasks) u order by u) t;

  perform 1 from tasker.steps s where s.task_id = any (p_tasks) and s.state = tasker.step_in_progress()
    order by s.task_id, s.position for no key update;
  if p_whole then perform tasker.operate_fill_v1(p_tasks); end if;
  perform 1 from tasker.tasks t where t.id = any (p_tasks) order by t.id for no key update;
  -- From here on the row of a task of one step says what tasker.task_now_v1 sees.
  update tasker.tasks t set state = tasker.task_in_progress(), started_at = s.started_at
    from tasker.steps s
   where t.id = any (p_tasks) and t.state = tasker.task_pending()
     and s.task_id = t.id and s.position >= 0 and s.state = tasker.step_in_progress()
     and not exists (select 1 from tasker.step_templates m
                      where m.template_id = t.template_id and m.position <> s.position);
  if p_whole then perform tasker.operate_exact_v1(p_tasks); end if;

  return query
  select t.id, t.template_id, t.state, t.hold, t.priority, t.lock_version, t.correlation_id,
         s.positions, s.states
    from tasker.tasks t
    left join lateral (select array_agg(y.position order by y.position) as positions,
                              array_agg(y.state order by y.position) as states
                         from tasker.steps y where p_whole and y.task_id = t.id and y.position >= 0) s on true
   where t.id = any (p_tasks)
   order by t.id;
end $$;
