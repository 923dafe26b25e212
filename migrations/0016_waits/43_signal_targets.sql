-- Part of send_signals_v1: the address of each signal, in the order given, and what is wrong with it: no_task (none of
-- that id in that namespace; null is any), ended. To a task the task is the key.
create function tasker.signal_targets_v1(
  p_namespaces text[], p_keys text[], p_tasks bigint[], out namespaces text[], out keys text[], out faults text[]
)
language sql stable as $$
  select array_agg(coalesce(m.namespace, u.namespace) order by u.ord),
         array_agg(coalesce('@' || u.task_id, u.key) order by u.ord),
         array_agg(case when u.task_id is null then null
                        when t.id is null or m.namespace <> u.namespace then 'no_task'
                        when tasker.task_ended_v1(t.state) then 'ended' end order by u.ord)
    from unnest(p_namespaces, p_keys, p_tasks) with ordinality as u(namespace, key, task_id, ord)
    left join lateral (select y.id, y.state, y.template_id from tasker.tasks y
                        where y.id = u.task_id offset 0) t on true
    left join lateral (select y.namespace from tasker.task_templates y where y.id = t.template_id offset 0) m on true
$$;
