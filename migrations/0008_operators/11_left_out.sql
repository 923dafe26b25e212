-- Steps of a task that wait although every parent has ended well, because no branch came to them, and what waits for
-- them in turn. One walk, parents before children: linear in steps and dependencies, however long a chain is. Every
-- step of the task has a row.
create function tasker.left_out_v1(p_task bigint, p_template int) returns smallint[]
language plpgsql stable as $$
declare
  v_states smallint[] := (
    select array_agg(s.state order by g.position)
      from generate_series(0, (select max(y.position) from tasker.steps y where y.task_id = p_task)) as g(position)
      left join tasker.steps s on s.task_id = p_task and s.position = g.position);
  v_step record;
  v_parent smallint;
  v_met int;
  v_ran int;
  v_left smallint[] := '{}';
begin
  for v_step in
    select l.position, m.parents, m.run_if
      from tasker.template_levels_v1(p_template) l
      join tasker.step_templates m on m.template_id = p_template and m.position = l.position
     where m.branched and m.parents <> '{}' and m.run_if <> 'always' order by l.ord
  loop
    continue when v_states[v_step.position + 1] <> tasker.step_pending();
    v_met := 0;
    v_ran := 0;
    foreach v_parent in array v_step.parents loop
      if tasker.step_satisfied_v1(v_states[v_parent + 1]) then v_met := v_met + 1; end if;
      if v_states[v_parent + 1] <> tasker.step_not_taken() then v_ran := v_ran + 1; end if;
    end loop;
    if v_met = cardinality(v_step.parents) and v_ran < (case v_step.run_if when 'all' then v_met else 1 end) then
      v_states[v_step.position + 1] := tasker.step_not_taken();
      v_left := v_left || v_step.position;
    end if;
  end loop;
  return v_left;
end $$;
