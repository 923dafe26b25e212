-- Part of claim_carefully_v1: puts aside entries whose task, or whose step everywhere, is paused; gives the others
-- back. Decided once, in one statement: a pause may begin or end beside it. An entry that is stale is not put aside:
-- nothing that happens to its task later would find it there.
create function tasker.hold_back_v1(p_entries tasker.queue[]) returns tasker.queue[]
language plpgsql as $$
declare
  v_held bigint[];
  v_rest tasker.queue[];
begin
  -- An operator of one of these tasks has finished, or waits and finds what is parked.
  perform pg_advisory_xact_lock_shared(hashtextextended('tasker.operate', t.id))
     from (select distinct e.task_id as id from unnest(p_entries) e order by e.task_id) t;
  -- Whoever begins or ends a pause everywhere likewise.
  with held as (
    select o.task_id from tasker.operated_tasks o
     where o.hold and o.task_id in (select e.task_id from unnest(p_entries) e) order by o.task_id for share)
  select coalesce(array_agg(h.task_id), '{}') into v_held from held h;
  perform 1 from tasker.step_templates m
    where (m.template_id, m.position) in (select e.template_id, e.position from unnest(p_entries) e)
    order by m.template_id, m.position for share;

  with judged as materialized (
    select e as entry, tasker.step_stopped_v1(e.task_id, e.template_id, e.position, v_held) as stopped,
           coalesce((select tasker.step_claimable_v1(s.state) from tasker.steps s
                      where s.task_id = e.task_id and s.position = e.position), e.fresh) as ready
      from unnest(p_entries) e
  ), parked as (
    insert into tasker.parked_steps (task_id, position, template_id, lane_id, rank, fresh, ready_at)
    select (j.entry).task_id, (j.entry).position, (j.entry).template_id, (j.entry).lane_id, (j.entry).rank,
           (j.entry).fresh, (j.entry).ready_at
      from judged j where j.stopped and j.ready)
  select array_agg(j.entry order by (j.entry).rank, (j.entry).seq) into v_rest from judged j where not j.stopped;
  return v_rest;
end $$;
