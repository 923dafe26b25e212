-- Part of recount_v1: counters and blocked marks of steps that wait; those whose parents are all satisfied are queued:
-- what no branch came to has been left out before.
create function tasker.recount_free_v1(
  p_tasks bigint[], p_now timestamptz, out ready_task bigint[], out ready_position smallint[]
)
language plpgsql as $$
#variable_conflict use_column
begin
  with due as materialized (
    select c.*, x.tid
      from tasker.count_waiting_v1(p_tasks) c
     cross join lateral (
       select y.ctid as tid from tasker.steps y
        where y.task_id = c.task_id and y.position = c.position and y.state = tasker.step_pending()
          and ((y.need, y.met, y.ran, y.blocked) is distinct from (c.need, c.met, c.ran, c.blocked)
               or c.met >= c.need and not c.blocked) offset 0) x
  ), moved as (
    update tasker.steps s
       set need = d.need, met = d.met, ran = d.ran, blocked = d.blocked, waited_ms = 0,
           state = case when d.met >= d.need and not d.blocked then tasker.step_ready() else tasker.step_pending() end
      from due d
     where s.ctid = d.tid
    returning s.task_id, s.position, s.state
  ), queued as (
    insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
    select m.entry_lane_id, -t.priority, v.task_id, t.template_id, v.position, false, p_now
      from moved v join tasker.tasks t on t.id = v.task_id
      join tasker.step_templates m on m.template_id = t.template_id and m.position = v.position
     where v.state = tasker.step_ready()
    returning task_id, position)
  select array_agg(q.task_id), array_agg(q.position) into ready_task, ready_position from queued q;
end $$;
