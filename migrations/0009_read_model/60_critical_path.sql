create function tasker.critical_path_v1(p_task bigint) returns table (
  ord int, "position" smallint, step text, duration_ms float8, waited_ms float8)
language plpgsql stable
set jit = off as $$
declare
  v_template int;
  v_ms float8[];       -- by position + 1
  v_waited float8[];
  v_best float8[];
  v_via int[];
  v_last int;
  v_path int[] := '{}';
  v_step record;
  v_at int;
  v_parent int;
begin
  select t.template_id into v_template from tasker.tasks t where t.id = p_task;
  if v_template is null then return; end if;
  with past as (
    select h.position, min(h.started_at) as began, max(h.at) as ended,
           (array_agg(h.waited_ms order by h.at))[1] as waited
      from tasker.step_history h
     where h.task_id = p_task and h.from_state = tasker.step_in_progress() group by h.position)
  select array_agg(greatest(0, coalesce(1000 * date_part('epoch', x.ended - x.began), 0)) order by x.position),
         array_agg(x.waited order by x.position)
    into v_ms, v_waited
    from (select g.position, coalesce(p.began, case when s.attempt > 0 then s.started_at end) as began,
                 case when s.state in (tasker.step_in_progress(), tasker.step_waiting_for_retry(),
                                   tasker.step_waiting())
                      then tasker.clock_v1() else coalesce(p.ended, s.finished_at) end as ended,
                 greatest(0, coalesce(p.waited, s.waited_ms, 0)) as waited
            from generate_series(0, (select max(m.position) from tasker.step_templates m
                                      where m.template_id = v_template)) as g(position)
            left join tasker.steps s on s.task_id = p_task and s.position = g.position
            left join past p on p.position = g.position) x;
  v_best := array_fill(0::float8, array[cardinality(v_ms)]);
  v_via := array_fill(-1, array[cardinality(v_ms)]);
  for v_step in
    select l.position as at, m.parents from tasker.template_levels_v1(v_template) l
      join tasker.step_templates m on m.template_id = v_template and m.position = l.position order by l.ord
  loop
    v_at := v_step.at + 1;
    foreach v_parent in array v_step.parents loop
      if v_via[v_at] = -1 or v_best[v_parent + 1] > v_best[v_via[v_at] + 1] then v_via[v_at] := v_parent; end if;
    end loop;
    v_best[v_at] := v_ms[v_at] + v_waited[v_at] + case when v_via[v_at] = -1 then 0 else v_best[v_via[v_at] + 1] end;
    if v_last is null or v_best[v_at] > v_best[v_last + 1] then v_last := v_step.at; end if;
  end loop;
  while v_last <> -1 loop
    v_path := v_last || v_path;
    v_last := v_via[v_last + 1];
  end loop;
  return query
    select p.ord::int, m.position, m.name, v_ms[m.position + 1], v_waited[m.position + 1]
      from unnest(v_path) with ordinality as p(position, ord)
      join tasker.step_templates m on m.template_id = v_template and m.position = p.position
     order by p.ord;
end $$;

comment on function tasker.critical_path_v1(bigint) is
  'The chain of dependent steps that took longest, from a root on. duration_ms: first start to end, or to now, retries '
  'and their waits included; waited_ms: in the queue before that.';
