create function tasker.settle_steps_v1(
  p_workers int[],       -- whose lease the call rests on
  p_for_lost boolean,    -- a rescuer speaks for workers that were declared lost
  -- outcomes; c_attempt is the fence, c_grants adds to the attempts that do not count. An array of nulls may be null.
  c_worker int[], c_task bigint[], c_position smallint[], c_attempt int[], c_grants smallint[], c_state smallint[],
  c_result text[], c_error text[],
  -- outcomes that run again: without delay in the queue. This and all that follows is null when there is none.
  r_task bigint[], r_position smallint[], r_template int[], r_lane int[], r_rank smallint[], r_delay_ms bigint[],
  -- dependents with one parent: with a worker they begin in its hands, without one in the queue
  n_task bigint[], n_position smallint[], n_template int[], n_lane int[], n_rank smallint[], n_worker int[],
  -- dependents with several parents, virtual ends (position -1) and steps that became blocked; each key once
  j_task bigint[], j_position smallint[], j_template int[], j_lane int[], j_rank smallint[], j_worker int[],
  j_need smallint[], j_met smallint[], j_blocked boolean[],
  -- f: tasks whose only sink is satisfied. k: number of steps of each task in j
  f_task bigint[], k_task bigint[], k_steps int[]
) returns table (
  started_task bigint[], started_position smallint[], ready_task bigint[], ready_position smallint[], queued int,
  ended_task bigint[], ended_state smallint[], declined_task bigint[], declined_position smallint[], at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_ends boolean; v_touched boolean; v_guarded boolean; v_count int; v_lost int[];
  v_exact bigint[] := '{}'; v_held bigint[] := '{}';
  v_whole bigint[]; v_blocked bigint[];
begin
  -- Nothing follows any of these steps but the end of its task, and nobody has touched one: one statement writes all.
  v_ends := coalesce(r_task, n_task, j_task) is null and cardinality(f_task) = cardinality(c_task)
            and not exists (select 1 from tasker.operated_tasks);
  v_count := case
    when v_ends then tasker.record_ends_v1(c_worker, c_task, c_position, c_attempt, c_state, c_result, v_now)
    else tasker.record_outcomes_v1(
      c_worker, c_task, c_position, c_attempt, c_grants, c_state, c_result, c_error, v_now) end;
  -- No clock: a lease ends here when somebody has declared the worker lost; until then nobody else has its steps.
  select (select array_agg(u.id) from unnest(p_workers) as u(id) left join tasker.workers w on w.id = u.id
           where w.id is null or (w.lost_at is not null) <> p_for_lost),
         exists (select 1 from tasker.operated_tasks), exists (select 1 from tasker.step_templates m where m.paused)
    into v_lost, v_touched, v_guarded;
  if v_lost is not null then perform tasker.refuse_lost_v1(p_workers, v_lost, c_worker); end if;
  if v_count <> cardinality(c_task) then
    perform tasker.refuse_stale_v1(c_worker, c_task, c_position, c_attempt, v_now);
  end if;
  if v_touched then select * into v_exact, v_held from tasker.touched_tasks_v1(c_task); end if;
  v_guarded := v_guarded or v_held <> '{}';
  if n_task is not null and (v_guarded or v_exact <> '{}') then
    -- What may not begin now goes to the queue, where a claim parks it.
    select * into n_worker, declined_task, declined_position
      from tasker.withhold_next_v1(n_task, n_position, n_template, n_worker, v_exact, v_held);
  end if;
  queued := 0;
  if r_task is not null then
    queued := tasker.queue_reruns_v1(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms, v_exact, v_now);
  end if;
  if n_task is not null then
    queued := queued
           + tasker.start_next_v1(n_task, n_position, n_template, n_lane, n_rank, n_worker, v_exact, v_now);
  end if;
  if j_task is not null then
    select * into started_task, started_position, ready_task, ready_position, v_whole, v_blocked
      from tasker.meet_joins_v1(j_task, j_position, j_template, j_lane, j_rank, j_worker, j_need, j_met, j_blocked,
                                v_exact, v_held, v_guarded, v_now);
    queued := queued + coalesce(cardinality(ready_task), 0);
  end if;
  if v_ends then
    ended_task := f_task;
    ended_state := array_fill(tasker.task_complete(), array[v_count]);
  elsif f_task is not null or v_whole is not null or v_blocked is not null or r_task is not null then
    select * into ended_task, ended_state
      from tasker.end_tasks_v1(f_task, v_whole, v_blocked, k_task, k_steps, r_task, v_exact, p_workers, v_now);
  end if;
  if v_exact <> '{}' or v_held <> '{}' then
    select * into ready_task, ready_position, queued, ended_task, ended_state
      from tasker.settle_touched_v1(v_ends, v_exact, v_held, p_workers[1], v_now,
                                    ready_task, ready_position, queued, ended_task, ended_state);
  end if;
  at := v_now;
  return next;
end $$;
