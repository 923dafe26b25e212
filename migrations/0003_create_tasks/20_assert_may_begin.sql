-- Part of create_tasks_v1: the worker has its lease, and no step that it wants to begin is paused everywhere.
create function tasker.assert_may_begin_v1(
  p_worker int, t_template int[], r_task int[], r_position smallint[], r_mine boolean[]
) returns void
language plpgsql as $$
begin
  perform 1 from tasker.workers w where w.id = p_worker and w.lost_at is null;
  if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
  if exists (select 1 from tasker.step_templates m where m.paused)
     and exists (select 1 from unnest(r_task, r_position, r_mine) as r(task, position, mine)
                   join tasker.step_templates m
                     on m.template_id = t_template[r.task] and m.position = r.position and m.paused
                  where r.mine) then
    raise exception 'a first step is paused everywhere' using errcode = 'TSK03';
  end if;
end $$;
