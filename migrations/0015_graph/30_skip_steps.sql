-- Part of settle_graph_v1: steps that the graph alone leaves out, for their only parent was left out or chose others.
-- No other settlement can have them. In a task that an operator has touched only what was not chosen is written here:
-- what follows is counted from the rows, where he may have decided otherwise.
create function tasker.skip_steps_v1(
  s_task bigint[], s_position smallint[], s_chosen_against boolean[], s_metadata text[], p_exact bigint[],
  p_now timestamptz
) returns void
language plpgsql as $$
begin
  with given as materialized (
    select u.* from unnest(s_task, s_position, s_metadata) as u(task_id, position, metadata)
     where u.task_id <> all (p_exact)
  ), made as (
    insert into tasker.steps (task_id, finished_at, position, state, need, met)
    select g.task_id, p_now, g.position, tasker.step_not_taken(), 1, 1 from given g)
  insert into tasker.step_history (task_id, at, position, attempt, from_state, to_state, metadata)
  select g.task_id, p_now, g.position, 0, tasker.step_pending(), tasker.step_not_taken(), g.metadata::jsonb
    from given g;
  if p_exact = '{}' then return; end if;
  perform 1 from tasker.tasks t where t.id = any (p_exact) order by t.id for no key update;
  with left_out as (
    update tasker.steps s set state = tasker.step_not_taken(), finished_at = p_now, met = 1, ran = 0
      from (select u.metadata, x.tid
              from unnest(s_task, s_position, s_chosen_against, s_metadata)
                     as u(task_id, position, chosen_against, metadata),
                   lateral (select y.ctid as tid from tasker.steps y
                             where y.task_id = u.task_id and y.position = u.position
                               and y.state = tasker.step_pending() offset 0) x
             where u.chosen_against and u.task_id = any (p_exact)) c
     where s.ctid = c.tid
    returning s.task_id, s.position, s.attempt, c.metadata)
  insert into tasker.step_history (task_id, at, position, attempt, from_state, to_state, metadata)
  select l.task_id, p_now, l.position, l.attempt, tasker.step_pending(), tasker.step_not_taken(), l.metadata::jsonb
    from left_out l;
end $$;
