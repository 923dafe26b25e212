-- Releases what was parked for steps that are paused no more; what belongs to a paused task stays.
create function tasker.unpark_steps_v1() returns int
language plpgsql as $$
#variable_conflict use_column
declare
  v_count int;
begin
  with gone as (
    delete from tasker.parked_steps k
     where not exists (select 1 from tasker.step_templates m
                        where m.template_id = k.template_id and m.position = k.position and m.paused)
       and not exists (select 1 from tasker.operated_tasks o where o.task_id = k.task_id and o.hold)
    returning k.*)
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select g.lane_id, g.rank, g.task_id, g.template_id, g.position, g.fresh, g.ready_at from gone g;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
