create function tasker.audit_history_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with past as materialized (
    select h.task_id, h.position, (array_agg(h.to_state order by h.attempt desc, h.at desc))[1] as last_state,
           max(h.at) as last_at,
           count(*) filter (where h.to_state = tasker.step_complete() and h.from_state <> h.to_state) as completions,
           count(*) filter (where h.from_state = tasker.step_complete() and h.to_state <> h.from_state) as undone,
           array_agg(h.attempt order by h.attempt) filter (where h.from_state = tasker.step_in_progress()) as attempts
      from tasker.step_history h group by h.task_id, h.position
  )
  select 'history_agrees_with_step', coalesce(s.task_id, p.task_id), coalesce(s.position, p.position),
         format('%s, but its history says %s', coalesce(tasker.step_state_v1(s.state), 'no row'),
                coalesce(tasker.step_state_v1(p.last_state), 'nothing'))
    from past p
    full join (select * from tasker.steps where steps.position >= 0) s
      on s.task_id = p.task_id and s.position = p.position
   where not case when s.task_id is null then false
                  when s.state in (tasker.step_waiting_for_retry(), tasker.step_waiting())
                       or tasker.step_ended_v1(s.state)
                  then p.last_state is not distinct from s.state
                  when s.state = tasker.step_pending()
                  then p.last_state is null or p.last_state = tasker.step_pending()
                  else p.last_state is null or p.last_state in (
                         tasker.step_pending(), tasker.step_ready(), tasker.step_waiting_for_retry(),
                         tasker.step_waiting()) end
     and not coalesce(tasker.clock_folded_v1(p.last_at), false)
  union all
  select 'completed_once', s.task_id, s.position, format('%s completions', p.completions)
    from tasker.steps s join past p on p.task_id = s.task_id and p.position = s.position
   -- Every completion but the last was undone by an operator who ran the step again.
   where p.completions - p.undone <> case when s.state = tasker.step_complete() then 1 else 0 end
  union all
  select 'attempts_are_consecutive', s.task_id, s.position,
         format('attempt %s after %s', s.attempt, coalesce(p.attempts::text, '{}'))
    from tasker.steps s left join past p on p.task_id = s.task_id and p.position = s.position
   where s.position >= 0
     and (coalesce(p.attempts, '{}') <> array(
            select i from generate_series(1, coalesce(cardinality(p.attempts), 0)) i)
          or s.attempt <> coalesce(cardinality(p.attempts), 0)
                          + case when s.state = tasker.step_in_progress() then 1 else 0 end)
$$;
