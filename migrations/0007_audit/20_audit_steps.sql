create function tasker.audit_steps_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language sql stable set jit = off as $$
  with node as materialized (select * from tasker.audit_steps)
  select 'met_counts_satisfied_parents', n.task_id, n.position,
         format('need %s met %s, but %s of %s parents are satisfied', n.need, n.met, n.satisfied, n.parents)
    from node n
   -- In a task an operator has touched only the counters of what still waits are kept.
   where not (n.operated and n.state <> tasker.step_pending())
     and case when not n.has_row then n.parents > 1 and n.satisfied > 0
              -- One that was claimed from the queue has no counters: its only parent put it there.
              when n.parents < 2 and n.need = 0 then n.met <> 0
              else n.need <> n.parents or n.met <> n.satisfied end
  union all
  select 'end_counts_satisfied_sinks', e.task_id, -1::smallint,
         format('need %s met %s, but %s of %s sinks are satisfied', s.need, s.met, e.satisfied, e.sinks)
    from (select n.task_id, count(*) as sinks, count(*) filter (where tasker.step_satisfied_v1(n.state)) as satisfied
            from node n where n.is_sink group by n.task_id) e
    left join tasker.steps s on s.task_id = e.task_id and s.position = -1
   where case when s.task_id is null then e.sinks > 1 and e.satisfied > 0
              else s.need <> e.sinks or (e.sinks > 1 and s.met <> e.satisfied) end
  union all
  select 'started_after_parents', n.task_id, n.position,
         format('%s, attempt %s, but %s of %s parents are satisfied',
                tasker.step_state_v1(n.state), n.attempt, n.satisfied, n.parents)
    from node n
   where (n.state in (tasker.step_ready(), tasker.step_in_progress(), tasker.step_waiting_for_retry(),
                      tasker.step_waiting(), tasker.step_complete(), tasker.step_error(), tasker.step_not_taken())
          or n.attempt > 0 and not n.operated)
     and n.satisfied < n.parents
  union all
  -- A second of grace: the clock is read before the rows, so a claim may carry a time just before its parent's.
  select 'started_after_parents', n.task_id, n.position,
         format('started %s, before a parent ended %s', n.started_at, n.ended_at)
    from node n
   where n.attempt > 0 and n.started_at < n.ended_at - interval '1 second'
     and n.state in (tasker.step_in_progress(), tasker.step_waiting_for_retry(), tasker.step_complete(),
                     tasker.step_error())
     and not tasker.clock_folded_v1(n.ended_at)
  union all
  select 'result_only_when_satisfied', n.task_id, n.position, tasker.step_state_v1(n.state)
    from node n
   where n.result is not null
     and (not tasker.step_satisfied_v1(n.state) or n.state in (tasker.step_skipped(), tasker.step_not_taken()))
  union all
  select 'checkpoint_only_until_finished', s.task_id, s.position, tasker.step_state_v1(s.state)
    from tasker.steps s where s.checkpoint is not null and tasker.step_ended_v1(s.state)
  union all
  select 'finished_at_only_when_finished', n.task_id, n.position, tasker.step_state_v1(n.state)
    from node n where n.has_row and (n.finished_at is not null) <> tasker.step_ended_v1(n.state)
  union all
  select 'step_in_template', s.task_id, s.position, 'neither the task nor its template knows this step'
    from tasker.steps s left join node n on n.task_id = s.task_id and n.position = s.position
   where n.task_id is null
     and (s.position <> -1 or not exists (select 1 from tasker.tasks t where t.id = s.task_id))
  union all
  select 'running_step_has_worker', n.task_id, n.position,
         case when w.id is null then format('worker %s does not exist', n.worker_id)
              else format('worker %s looks for its steps from task %s on', w.id, w.min_task_id) end
    from node n left join tasker.workers w on w.id = n.worker_id
   where n.state = tasker.step_in_progress() and (w.id is null or w.min_task_id > n.task_id)
$$;
