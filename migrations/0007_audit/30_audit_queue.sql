create function tasker.audit_queue_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with node as materialized (
    select n.*, tasker.task_open_v1(n.task_state) and not n.has_row and n.satisfied = n.parents as is_fresh
      from tasker.audit_steps n where n.has_row or n.operated or tasker.task_open_v1(n.task_state)
  ), queued as materialized (
    select q.task_id, q.position, count(*) as entries, bool_or(q.fresh) as fresh, min(q.template_id) as template_id,
           min(q.lane_id) as lane_id
      from (select y.task_id, y.position, y.fresh, y.template_id, y.lane_id from tasker.queue y
            union all
            select k.task_id, k.position, k.fresh, k.template_id, k.lane_id from tasker.parked_steps k) q
     group by q.task_id, q.position
  ), waiting as materialized (
    select d.task_id, d.position, count(*) as entries from tasker.delayed_steps d group by d.task_id, d.position
  )
  select 'ready_step_queued_once', n.task_id, n.position, format('%s entries in the queue', coalesce(q.entries, 0))
    from node n left join queued q on q.task_id = n.task_id and q.position = n.position
   -- An operator who takes a step out of the queue leaves its entry there; whoever claims it drops it.
   where (n.state = tasker.step_ready() or n.is_fresh) and (q.entries is null or q.entries > 1 and not n.operated)
  union all
  select 'queue_entry_has_step', q.task_id, q.position,
         case when n.task_id is null then 'no such step'
              when n.has_row then tasker.step_state_v1(n.state) || case when q.fresh then ', entry is fresh' else '' end
              when not n.is_fresh then 'its parents are not satisfied'
              when not q.fresh then 'it has no row, but the entry is not fresh'
              else 'entry is for another template or lane' end
    from queued q left join node n on n.task_id = q.task_id and n.position = q.position
   -- A step that waits is queued when what it waits for has come.
   where ((case when q.fresh then n.is_fresh
                else n.state in (tasker.step_ready(), tasker.step_waiting()) end or n.operated)
          and q.template_id = n.template_id and q.lane_id in (n.lane_id, n.entry_lane_id)) is not true
     -- Retention took the task; the entry an operator left behind goes with its claim.
     and not (n.task_id is null and not exists (select 1 from tasker.tasks t where t.id = q.task_id))
  union all
  select 'waiting_step_delayed_once', coalesce(n.task_id, d.task_id), coalesce(n.position, d.position),
         format('%s, %s entries', coalesce(tasker.step_state_v1(n.state), 'no such step'), coalesce(d.entries, 0))
    from waiting d
    full join (select * from node where state is not null) n on n.task_id = d.task_id and n.position = d.position
   where case when n.state = tasker.step_waiting_for_retry() then d.entries is distinct from 1
              else d.entries is not null end
$$;
