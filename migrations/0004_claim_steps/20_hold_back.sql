-- Part of claim_carefully_v1: puts aside entries whose task, or whose step everywhere, is paused; gives the others
-- back.
create function tasker.hold_back_v1(p_entries tasker.queue[]) returns tasker.queue[]
language plpgsql as $$
declare
  v_held bigint[];
  v_parked int;
begin
  -- Whoever ends the pause must find what is parked: it waits for this claim, or it was first and then nothing is
  -- parked.
  with held as (
    select o.task_id from tasker.operated_tasks o
     where o.hold and o.task_id in (select e.task_id from unnest(p_entries) e) order by o.task_id for share)
  select array_agg(h.task_id) into v_held from held h;
  perform 1 from tasker.step_templates m
    where m.paused and (m.template_id, m.position) in (select e.template_id, e.position from unnest(p_entries) e)
    order by m.template_id, m.position for share;

  insert into tasker.parked_steps (task_id, position, template_id, lane_id, rank, fresh, ready_at)
  select e.task_id, e.position, e.template_id, e.lane_id, e.rank, e.fresh, e.ready_at
    from unnest(p_entries) e
   where e.task_id = any (v_held)
      or exists (select 1 from tasker.step_templates m
                  where m.template_id = e.template_id and m.position = e.position and m.paused);
  get diagnostics v_parked = row_count;
  if v_parked = 0 then return p_entries; end if;
  return (
    select array_agg(e order by e.rank, e.seq) from unnest(p_entries) e
     where not (e.task_id = any (coalesce(v_held, '{}'))
                or exists (select 1 from tasker.step_templates m
                            where m.template_id = e.template_id and m.position = e.position and m.paused)));
end $$;
