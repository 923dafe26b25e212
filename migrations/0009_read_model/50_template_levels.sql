-- Kahn's algorithm over arrays: linear in steps and dependencies.
create function tasker.template_levels_v1(p_template int) returns table (ord int, "position" smallint, level int)
language plpgsql stable as $$
declare
  v_count int;       -- positions, those without a step included
  v_open int[];      -- parents not seen yet, by position + 1
  v_level int[];
  v_from int[];      -- where the children of a position begin in v_child
  v_child int[];
  v_order int[];
  v_at int := 1;
  v_next int;
begin
  select max(m.position) + 1 into v_count from tasker.step_templates m where m.template_id = p_template;
  if v_count is null then return; end if;
  select array_agg(cardinality(m.parents) order by g.position), array_fill(0, array[v_count]),
         array_agg(m.position::int order by m.position) filter (where m.parents = '{}')
    into v_open, v_level, v_order
    from generate_series(0, v_count - 1) as g(position)
    left join tasker.step_templates m on m.template_id = p_template and m.position = g.position;
  select coalesce(array_agg(e.child order by e.parent), '{}') into v_child
    from (select u.position as parent, m.position::int as child
            from tasker.step_templates m cross join lateral unnest(m.parents) as u(position)
           where m.template_id = p_template) e;
  select array_agg(f.start order by f.position) into v_from
    from (select g.position,
                 (1 + coalesce(sum(c.edges) over (order by g.position
                                                  rows between unbounded preceding and 1 preceding), 0))::int as start
            from generate_series(0, v_count) as g(position)
            left join (select u.position, count(*) as edges
                         from tasker.step_templates m cross join lateral unnest(m.parents) as u(position)
                        where m.template_id = p_template group by u.position) c on c.position = g.position) f;
  while v_at <= cardinality(v_order) loop
    ord := v_at;
    position := v_order[v_at];
    level := v_level[position + 1];
    return next;
    for i in v_from[position + 1] .. v_from[position + 2] - 1 loop
      v_next := v_child[i] + 1;
      v_open[v_next] := v_open[v_next] - 1;
      if v_level[v_next] <= level then v_level[v_next] := level + 1; end if;
      if v_open[v_next] = 0 then v_order[cardinality(v_order) + 1] := v_next - 1; end if;
    end loop;
    v_at := v_at + 1;
  end loop;
end $$;

comment on function tasker.template_levels_v1(int) is
  'Steps of a template, parents before children (ord), with the longest way from a root (level, 0: a root).';
