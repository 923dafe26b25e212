create function tasker.step_readiness_v1(p_task bigint) returns table (
  "position" smallint, step text, state text, ready boolean, reason text,
  parents int, satisfied_parents int, parent_positions smallint[], waits_for text[], blocked_by text[],
  due_at timestamptz, queue_ahead int, queue_capped boolean, live_workers int, handler text, queue text,
  worker_id int, worker text, host text, started_at timestamptz, finished_at timestamptz,
  attempt int, retry_limit int, attempts_left int, last_failed_at timestamptz, skip_reason text, skip jsonb)
language sql stable
set jit = off as $$
  with node as materialized (
    select s.*, s.code = tasker.step_pending() as is_pending, s.code = tasker.step_ready() as is_ready,
           s.code = tasker.step_waiting_for_retry() as is_waiting
      from tasker.step_standings_v1(p_task) s
  ), lane as materialized (
    select l.id, l.queue, l.handler,
           (select count(*)::int from tasker.live_workers w where w.serving and l.id = any (w.lanes)) as serving
      from tasker.lanes l where l.id in (select n.lane_id from node n union select n.entry_lane_id from node n)
  ), line as materialized (
    -- The first thousand of each lane: further back it only matters that it is far. A step on which the engine decides
    -- something is in one of two: in the engine's first.
    select distinct on (q.position) q.position, q.ord, l.lane_id
      from (select n.lane_id from node n where n.is_ready union select n.entry_lane_id from node n where n.is_ready) l
      cross join lateral (
        select y.task_id, y.position, (row_number() over (order by y.rank, y.seq))::int as ord
          from (select z.task_id, z.position, z.rank, z.seq from tasker.queue z
                 where z.lane_id = l.lane_id order by z.rank, z.seq limit 1000) y) q
     where q.task_id = p_task
     order by q.position, q.ord
  )
  select n.position, n.name, tasker.step_state_v1(n.code), n.is_ready,
         case when tasker.step_ended_v1(n.code) then 'finished'
              when n.code = tasker.step_in_progress() then 'running'
              when tasker.task_ended_v1(n.task_state) and n.origins = '{}' then 'task_ended'
              when n.is_waiting then 'backing_off'
              when n.code = tasker.step_waiting() then 'waiting'
              when n.is_pending and n.origins <> '{}' then 'blocked'
              when n.is_pending then 'waits_for_parents'
              when n.hold then 'paused_task'
              when n.paused then 'paused_step'
              when l.serving = 0 then 'no_live_worker'
              else 'queued' end,
         cardinality(n.parents), n.satisfied, n.parents, case when n.is_pending then n.missing else '{}' end,
         case when n.is_pending then n.origins else '{}' end,
         case when n.is_waiting then (
           select d.run_at from tasker.delayed_steps d
            where d.task_id = p_task and d.position = n.position limit 1) end,
         case when n.is_ready then coalesce(q.ord - 1, 1000) end, case when n.is_ready then q.ord is null end,
         l.serving, l.handler, l.queue,
         case when n.attempt > 0 then n.worker_id end, w.name, w.host, n.started_at, n.finished_at, n.attempt,
         n.retry_limit,
         case when n.retryable then greatest(n.retry_limit - n.attempt + n.granted, 0)
              when n.attempt > n.granted then 0 else 1 end,
         f.at, k.reason, k.skip
    from node n
    left join line q on q.position = n.position and n.is_ready
    join lane l on l.id = coalesce(q.lane_id, n.lane_id)
    left join tasker.workers w on w.id = n.worker_id and n.attempt > 0
    left join (select h.position, max(h.at) as at from tasker.step_history h
                where h.task_id = p_task and h.error is not null group by h.position) f on f.position = n.position
    left join (select distinct on (h.position) h.position, tasker.skip_reason_v1(h.actor, h.metadata) as reason,
                      h.metadata -> 'skip' as skip
                 from tasker.step_history h
                where h.task_id = p_task and h.to_state in (tasker.step_skipped(), tasker.step_not_taken())
                order by h.position, h.at desc) k
      on k.position = n.position and n.code in (tasker.step_skipped(), tasker.step_not_taken())
   order by n.position
$$;

comment on function tasker.step_readiness_v1(bigint) is
  'Every step of a task and why it does not run. reason: finished, running, task_ended, backing_off (due_at), waiting, '
  'blocked (blocked_by: failed or cancelled ancestors, at most 100), waits_for_parents (waits_for), paused_task, '
  'paused_step, no_live_worker (handler, queue), queued (queue_ahead steps of its lane come first; queue_capped: at '
  'least so many). skip_reason, skip: why it is skipped, and what decided that a branch left it out. By position; no '
  'rows: no such task.';
