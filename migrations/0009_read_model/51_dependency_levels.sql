create function tasker.dependency_levels_v1(p_task bigint) returns table ("position" smallint, step text, level int)
language sql stable as $$
  select m.position, m.name, l.level
    from tasker.tasks t
    cross join lateral tasker.template_levels_v1(t.template_id) l
    join tasker.step_templates m on m.template_id = t.template_id and m.position = l.position
   where t.id = p_task
   order by l.level, m.position
$$;

comment on function tasker.dependency_levels_v1(bigint) is
  'Longest way from a root for each step of a task; roots are 0. By level and position.';
