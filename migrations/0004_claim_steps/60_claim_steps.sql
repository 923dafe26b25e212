-- Hands queued steps to a worker, by rank and age, in one statement: passed from part to part, every entry would cost a
-- fifth more. p_careful: the claim has just met a step that has a row already. p_from: entries below are gone. Nobody
-- waits for the disk, see tasker.sure_workers.
create function tasker.claim_steps_v1(p_worker int, p_lanes int[], p_from bigint[], p_limit int, p_careful boolean)
returns setof tasker.claimed_step_v1
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_mergejoin = off set enable_memoize = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1(); v_leased boolean; v_sure boolean; v_careful boolean;
begin
  select exists (select from tasker.workers w where w.id = p_worker and w.lost_at is null),
         exists (select from tasker.sure_workers s where s.worker_id = 0),
         exists (select from tasker.operated_tasks o where o.hold)
         or exists (select from tasker.step_templates m where m.paused)
    into v_leased, v_sure, v_careful from set_config('synchronous_commit', 'off', true);
  if not v_leased then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
  if not v_sure then return; end if;
  if p_careful or v_careful then
    return query select * from tasker.claim_carefully_v1(p_worker, p_lanes, p_from, p_limit); return;
  end if;
  return query
  with picked as materialized (
    select q.tid, q.rank, q.seq
      from unnest(p_lanes, p_from) as l(lane, from_seq)
      cross join lateral (
        select y.ctid as tid, y.rank, y.seq from tasker.queue y where y.lane_id = l.lane and y.seq >= l.from_seq
         order by y.rank, y.seq limit p_limit for update skip locked) q
     order by q.rank, q.seq limit p_limit
  ), taken as (
    delete from tasker.queue d using picked p where d.ctid = p.tid returning d.*
  ), known as materialized (
    -- Retention may have taken the task of an entry that an operator's act had left behind.
    select q.*, greatest(v_now, q.ready_at) as begun_at, tasker.waited_ms_v1(q.ready_at, v_now) as waited_ms, t.*
      from taken q cross join lateral (
        select y.priority, y.correlation_id, y.trace_parent, y.bypass, y.context::text, y.lock_version, y.requested_at
          from tasker.tasks y where y.id = q.task_id offset 0) t
  ), inserted as (
    insert into tasker.steps (task_id, started_at, worker_id, waited_ms, position, state, attempt)
    select k.task_id, k.begun_at, p_worker, k.waited_ms, k.position, tasker.step_in_progress(), 1
      from known k where k.fresh
  ), resumed as (
    update tasker.steps s
       set state = tasker.step_in_progress(), attempt = s.attempt + 1, worker_id = p_worker, started_at = x.begun_at,
           finished_at = null, waited_ms = x.waited_ms
      from (select k.begun_at, k.waited_ms, r.tid
              from known k
              cross join lateral (select y.ctid as tid from tasker.steps y
                                   where y.task_id = k.task_id and y.position = k.position
                                     and tasker.step_claimable_v1(y.state) offset 0) r
             where not k.fresh) x
     where s.ctid = x.tid
    returning s.task_id, s.position, s.attempt, s.checkpoint::text, s.granted, s.generation, s.inputs::text, s.admitted
  ), begun as (
    -- A task of one step is in progress when that step is: nothing is written for it here.
    update tasker.tasks t set state = tasker.task_in_progress(), started_at = greatest(v_now, t.requested_at)
      from (select y.ctid as tid from tasker.tasks y
             where y.id = any (array(select k.task_id from known k where k.fresh and not k.lone
                                     union all select r.task_id from resumed r))
               and y.state = tasker.task_pending() order by y.id for no key update) x
     where t.ctid = x.tid
    returning t.id
  ), lowered as (
    update tasker.workers w set min_task_id = m.low from (select min(k.task_id) as low from known k) m
     where w.id = p_worker and m.low < w.min_task_id)
  select k.task_id, k.position, k.template_id, coalesce(r.attempt, 1), k.waited_ms, k.lane_id, k.seq, k.priority,
         k.correlation_id, k.trace_parent, k.bypass, k.context, r.checkpoint, coalesce(r.granted, 0),
         coalesce(r.generation, 0), r.inputs, coalesce(r.admitted, false), k.lock_version, k.lone or b.id is not null,
         k.begun_at, k.requested_at
    from known k
    left join resumed r on not k.fresh and r.task_id = k.task_id and r.position = k.position
    left join begun b on not k.lone and b.id = k.task_id
   where k.fresh or r.task_id is not null or not tasker.stale_entry_v1(k.task_id, k.position)
   order by k.rank, k.seq;
  -- An operator who paused a task held its rows until now: all is rolled back, and the claim is made again, carefully.
  if exists (select 1 from tasker.operated_tasks o where o.hold) then
    raise exception 'a task was paused meanwhile' using errcode = '40001';
  end if;
end $$;
