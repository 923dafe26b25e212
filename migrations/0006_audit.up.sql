-- Purpose: the invariant auditor: what must hold between tables that no constraint ties together, at any moment.
-- Locks: none. Breaking: no. It reads all tasks, so it takes about a minute for each million steps; run it on a replica if
-- that is much. Every part is stable: all see the snapshot of the one statement that calls audit_v1.

-- The template's steps of every task beside their rows and what their parents have come to.
create view tasker.audit_steps as
select t.id as task_id, m.position, t.template_id, t.state as task_state, t.lock_version > 0 or exists (select 1 from tasker.operated_tasks o where o.task_id = t.id) as operated, m.lane_id, m.is_sink, cardinality(m.parents) as parents,
       s.task_id is not null as has_row, s.state, s.need, s.met, s.attempt, s.blocked, s.worker_id, s.started_at, s.finished_at,
       s.result, p.satisfied, p.ended_at
  from tasker.tasks t
  join tasker.step_templates m on m.template_id = t.template_id
  left join tasker.steps s on s.task_id = t.id and s.position = m.position
  cross join lateral (
    select count(*) filter (where q.state in (4, 6, 8)) as satisfied, max(q.finished_at) as ended_at
      from unnest(m.parents) as u(position)
      left join tasker.steps q on q.task_id = t.id and q.position = u.position) p;

comment on view tasker.audit_steps is 'What the auditor looks at; may change with any version.';

create function tasker.audit_steps_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with node as materialized (select * from tasker.audit_steps)
  select 'met_counts_satisfied_parents', n.task_id, n.position,
         format('need %s met %s, but %s of %s parents are satisfied', n.need, n.met, n.satisfied, n.parents)
    from node n
   -- In a task an operator has touched only the counters of what still waits are kept.
   where not (n.operated and n.state > 0)
     and case when not n.has_row then n.parents > 1 and n.satisfied > 0
              -- One that was claimed from the queue has no counters: its only parent put it there.
              when n.parents < 2 and n.need = 0 then n.met <> 0
              else n.need <> n.parents or n.met <> n.satisfied end
  union all
  select 'end_counts_satisfied_sinks', e.task_id, -1::smallint,
         format('need %s met %s, but %s of %s sinks are satisfied', s.need, s.met, e.satisfied, e.sinks)
    from (select n.task_id, count(*) as sinks, count(*) filter (where n.state in (4, 6, 8)) as satisfied
            from node n where n.is_sink group by n.task_id) e
    left join tasker.steps s on s.task_id = e.task_id and s.position = -1
   where case when s.task_id is null then e.sinks > 1 and e.satisfied > 0
              else s.need <> e.sinks or (e.sinks > 1 and s.met <> e.satisfied) end
  union all
  select 'started_after_parents', n.task_id, n.position,
         format('%s, attempt %s, but %s of %s parents are satisfied', tasker.step_state_v1(n.state), n.attempt, n.satisfied, n.parents)
    from node n where (n.state in (1, 2, 3, 4, 5) or n.attempt > 0 and not n.operated) and n.satisfied < n.parents
  union all
  -- A second of grace: the clock is read before the rows, so a claim may carry a time just before its parent's.
  select 'started_after_parents', n.task_id, n.position, format('started %s, before a parent ended %s', n.started_at, n.ended_at)
    from node n where n.attempt > 0 and n.state in (2, 3, 4, 5) and n.started_at < n.ended_at - interval '1 second'
  union all
  select 'result_only_when_satisfied', n.task_id, n.position, tasker.step_state_v1(n.state)
    from node n where n.result is not null and n.state not in (4, 6, 8)
  union all
  select 'checkpoint_only_until_finished', s.task_id, s.position, tasker.step_state_v1(s.state)
    from tasker.steps s where s.checkpoint is not null and s.state >= 4
  union all
  select 'finished_at_only_when_finished', n.task_id, n.position, tasker.step_state_v1(n.state)
    from node n where n.has_row and (n.finished_at is not null) <> (n.state >= 4)
  union all
  select 'step_in_template', s.task_id, s.position, 'neither the task nor its template knows this step'
    from tasker.steps s left join node n on n.task_id = s.task_id and n.position = s.position
   where n.task_id is null and (s.position <> -1 or not exists (select 1 from tasker.tasks t where t.id = s.task_id))
  union all
  select 'running_step_has_worker', n.task_id, n.position,
         case when w.id is null then format('worker %s does not exist', n.worker_id)
              else format('worker %s looks for its steps from task %s on', w.id, w.min_task_id) end
    from node n left join tasker.workers w on w.id = n.worker_id
   where n.state = 2 and (w.id is null or w.min_task_id > n.task_id)
$$;

create function tasker.audit_queue_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with node as materialized (
    select n.*, n.task_state in (0, 1) and not n.has_row and n.satisfied = n.parents as is_fresh
      from tasker.audit_steps n where n.has_row or n.operated or n.task_state in (0, 1)
  ), queued as materialized (
    select q.task_id, q.position, count(*) as entries, bool_or(q.fresh) as fresh, min(q.template_id) as template_id, min(q.lane_id) as lane_id
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
   where (n.state = 1 or n.is_fresh) and (q.entries is null or q.entries > 1 and not n.operated)
  union all
  select 'queue_entry_has_step', q.task_id, q.position,
         case when n.task_id is null then 'no such step'
              when n.has_row then tasker.step_state_v1(n.state) || case when q.fresh then ', entry is fresh' else '' end
              when not n.is_fresh then 'its parents are not satisfied' when not q.fresh then 'it has no row, but the entry is not fresh'
              else 'entry is for another template or lane' end
    from queued q left join node n on n.task_id = q.task_id and n.position = q.position
   where ((case when q.fresh then n.is_fresh else n.state = 1 end or n.operated)
          and q.template_id = n.template_id and q.lane_id = n.lane_id) is not true
     -- Retention took the task; the entry an operator left behind goes with its claim.
     and not (n.task_id is null and not exists (select 1 from tasker.tasks t where t.id = q.task_id))
  union all
  select 'waiting_step_delayed_once', coalesce(n.task_id, d.task_id), coalesce(n.position, d.position),
         format('%s, %s entries', coalesce(tasker.step_state_v1(n.state), 'no such step'), coalesce(d.entries, 0))
    from waiting d full join (select * from node where state is not null) n on n.task_id = d.task_id and n.position = d.position
   where case when n.state = 3 then d.entries is distinct from 1 else d.entries is not null end
$$;

create function tasker.audit_tasks_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with recursive node as materialized (select * from tasker.audit_steps
  ), edge as materialized (
    select n.task_id, n.position, u.position as parent
      from (select distinct f.task_id, f.template_id from node f where f.state in (5, 7)) t
      join tasker.step_templates m on m.template_id = t.template_id
      -- What an operator skipped or resolved stands, whatever became of its parents.
      join node n on n.task_id = t.task_id and n.position = m.position and coalesce(n.state, 0) = 0
      cross join lateral unnest(m.parents) as u(position)
  ), doomed(task_id, position) as (
    select e.task_id, e.position from edge e join node f on f.task_id = e.task_id and f.position = e.parent and f.state in (5, 7)
    union
    select e.task_id, e.position from doomed d join edge e on e.task_id = d.task_id and e.parent = d.position
  ), total as (
    select n.task_id, min(n.task_state) as state, bool_or(n.operated) as operated, count(*) as steps, count(*) filter (where n.state in (4, 6, 8)) as satisfied,
           count(*) filter (where n.state >= 4) as ended, count(*) filter (where n.state >= 4 or n.blocked) as still,
           count(*) filter (where n.state in (5, 7)) as failed,
           count(*) filter (where n.state in (1, 2, 3) or (not n.has_row and n.satisfied = n.parents)) as moving
      from node n group by n.task_id
  )
  select 'blocked_has_failed_ancestor', n.task_id, n.position,
         case when n.blocked then 'blocked without a failed ancestor' else 'not blocked though an ancestor failed' end
    from node n left join doomed d on d.task_id = n.task_id and d.position = n.position
   where coalesce(n.state, 0) = 0 and coalesce(n.blocked, false) <> (d.task_id is not null)
  union all
  select 'task_agrees_with_steps', t.task_id, null,
         format('%s, but of %s steps %s are satisfied, %s failed, %s ended, %s can move', tasker.task_state_v1(t.state), t.steps, t.satisfied, t.failed, t.ended, t.moving)
    from total t
   where not case t.state when 0 then (t.ended = 0 or t.operated) and t.moving > 0
                          when 1 then t.moving > 0
                          when 2 then t.satisfied = t.steps
                          when 3 then t.failed > 0 and t.still = t.steps
                          -- A handler that was allowed to finish may still run.
                          else not exists (select 1 from node n where n.task_id = t.task_id and n.state in (1, 3)) end
  union all
  select 'task_has_template', t.id, null, format('template %s does not exist or has no steps', t.template_id)
    from tasker.tasks t where not exists (select 1 from tasker.step_templates m where m.template_id = t.template_id)
  union all
  select 'finished_at_only_when_finished', t.id, null, tasker.task_state_v1(t.state)
    from tasker.tasks t where (t.finished_at is not null) <> (t.state >= 2)
  union all
  select 'task_history_agrees', t.id, null,
         format('%s, but its history says %s', tasker.task_state_v1(t.state), coalesce(tasker.task_state_v1(h.to_state), 'nothing'))
    from tasker.tasks t
    left join (select distinct on (y.task_id) y.task_id, y.to_state from tasker.task_history y order by y.task_id, y.at desc)
      h on h.task_id = t.id
   where case when t.state >= 2 then h.to_state is distinct from t.state else h.to_state is not null and h.to_state not in (0, 1) end
$$;

create function tasker.audit_history_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with past as materialized (
    select h.task_id, h.position, (array_agg(h.to_state order by h.at desc))[1] as last_state, count(*) filter (where h.to_state = 4 and h.from_state <> 4) as completions,
           count(*) filter (where h.from_state = 4 and h.to_state <> 4) as undone,
           -- A step that its worker gave back keeps its attempt, so that number comes again.
           array_agg(h.attempt order by h.at) filter (where h.from_state = 2 and not (h.to_state = 1 and h.error is null and h.actor is null)) as attempts
      from tasker.step_history h group by h.task_id, h.position
  )
  select 'history_agrees_with_step', coalesce(s.task_id, p.task_id), coalesce(s.position, p.position),
         format('%s, but its history says %s', coalesce(tasker.step_state_v1(s.state), 'no row'), coalesce(tasker.step_state_v1(p.last_state), 'nothing'))
    from past p full join (select * from tasker.steps where steps.position >= 0) s on s.task_id = p.task_id and s.position = p.position
   where not case when s.task_id is null then false
                  when s.state >= 3 then p.last_state is not distinct from s.state
                  when s.state = 0 then p.last_state is null or p.last_state = 0
                  else p.last_state is null or p.last_state in (0, 1, 3) end
  union all
  select 'completed_once', s.task_id, s.position, format('%s completions', p.completions)
    from tasker.steps s join past p on p.task_id = s.task_id and p.position = s.position
   -- Every completion but the last was undone by an operator who ran the step again.
   where p.completions - p.undone <> case when s.state = 4 then 1 else 0 end
  union all
  select 'attempts_are_consecutive', s.task_id, s.position, format('attempt %s after %s', s.attempt, coalesce(p.attempts::text, '{}'))
    from tasker.steps s left join past p on p.task_id = s.task_id and p.position = s.position
   where s.position >= 0
     and (coalesce(p.attempts, '{}') <> array(select i::smallint from generate_series(1, coalesce(cardinality(p.attempts), 0)) i)
          or s.attempt <> coalesce(cardinality(p.attempts), 0) + case when s.state = 2 then 1 else 0 end)
$$;

create function tasker.audit_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable as $$
  select * from tasker.audit_steps_v1()
  union all select * from tasker.audit_queue_v1()
  union all select * from tasker.audit_tasks_v1()
  union all select * from tasker.audit_history_v1()
$$;

comment on function tasker.audit_v1() is
  'Broken invariants: which rule, of which task and step (null: the task itself), and what is wrong. No rows: all is well. True at any moment, also on a busy database.';
