-- Part of operate_lock_v1: from here on the tasks are counted from their rows, see recount_v1.
create function tasker.operate_exact_v1(p_tasks bigint[]) returns void
language plpgsql as $$
#variable_conflict use_column
declare
  v_made bigint[];
begin
  -- A row that was missing although nothing held the step back: it waits in the queue.
  update tasker.steps s set state = tasker.step_ready()
    from (select y.tid
            from (select t.id, t.template_id from tasker.tasks t
                   where t.id = any (p_tasks) and tasker.task_open_v1(t.state) offset 0) t
           cross join lateral (select w.ctid as tid, w.position from tasker.steps w
                                where w.task_id = t.id and w.position >= 0 and w.state = tasker.step_pending()
                                  and not w.blocked offset 0) y
           cross join lateral (select z.parents from tasker.step_templates z
                                where z.template_id = t.template_id and z.position = y.position offset 0) m
           where not exists (select 1 from unnest(m.parents) as u(position)
                              cross join lateral (select q.state from tasker.steps q
                                                   where q.task_id = t.id and q.position = u.position offset 0) q
                              where not tasker.step_satisfied_v1(q.state))) x
   where s.ctid = x.tid;
  -- The rows stay whatever is decided, and with them the arithmetic of settlements is over.
  with made as (
    insert into tasker.operated_tasks as o (task_id, hold, exact)
    select t.id, t.hold, true
      from tasker.tasks t where t.id = any (p_tasks) and tasker.task_open_v1(t.state) order by t.id
    on conflict (task_id) do update set exact = true where not o.exact
    returning task_id)
  select array_agg(m.task_id) into v_made from made m;
  if v_made is not null then
    perform tasker.recount_v1(v_made, null, tasker.clock_v1());
  end if;
end $$;
