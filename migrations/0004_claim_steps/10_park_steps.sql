-- Puts aside entries a claim met whose task, or whose step everywhere, is paused.
create function tasker.park_steps_v1(
  t_task bigint[], t_position smallint[], t_template int[], t_lane int[], t_rank smallint[], t_fresh boolean[],
  t_at timestamptz[], t_waited bigint[], t_parked boolean[]
) returns void
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_held bigint[];
  v_count int;
begin
  -- Whoever ends the pause must find them: it waits for this claim, or it was first and the claim is made again.
  with held as (
    select o.task_id from tasker.operated_tasks o
     where o.hold and o.task_id = any (t_task) order by o.task_id for share)
  select array_agg(h.task_id) into v_held from held h;
  perform 1 from tasker.step_templates m
    where m.paused and exists (
            select 1 from unnest(t_template, t_position, t_parked) as u(template_id, position, parked)
             where u.parked and u.template_id = m.template_id and u.position = m.position)
    order by m.template_id, m.position for share;

  insert into tasker.parked_steps (task_id, position, template_id, lane_id, rank, fresh, ready_at)
  select t.task_id, t.position, t.template_id, t.lane_id, t.rank, t.fresh,
         t.begun_at - t.waited * interval '1 millisecond'
    from unnest(t_task, t_position, t_template, t_lane, t_rank, t_fresh, t_at, t_waited, t_parked)
           as t(task_id, position, template_id, lane_id, rank, fresh, begun_at, waited, parked)
   where t.parked
     and (t.task_id = any (v_held)
          or exists (select 1 from tasker.step_templates m
                      where m.template_id = t.template_id and m.position = t.position and m.paused));
  get diagnostics v_count = row_count;
  if v_count < (select count(*) from unnest(t_parked) p where p) then
    raise exception 'a pause has ended meanwhile' using errcode = '40001';
  end if;
end $$;
