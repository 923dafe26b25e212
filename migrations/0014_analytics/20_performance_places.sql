-- Part of performance_v1: which steps of which templates belong to which group. One number per group: cheaper to sort
-- by than four names. position is null unless grouped by step: then there is one row per template.
create function tasker.performance_places_v1(p_group text, p_namespaces text[], p_name text, p_version text)
returns table (id int, "position" smallint, step text, namespace text, name text, version text, number int)
language sql stable as $$
  select k.id, k.position, k.step, k.namespace, k.name, k.version,
         dense_rank() over (order by k.namespace, k.name, k.version, k.step)::int
    from (select m.id, n.position, n.name as step, case when p_group <> 'all' then m.namespace end as namespace,
                 case when p_group not in ('all', 'namespace') then m.name end as name,
                 case when p_group in ('version', 'step') then m.version end as version
            from tasker.task_templates m
            left join tasker.step_templates n on p_group = 'step' and n.template_id = m.id
           where (p_namespaces is null or m.namespace = any (p_namespaces)) and (p_name is null or m.name = p_name)
             and (p_version is null or m.version = p_version)) k
$$;
