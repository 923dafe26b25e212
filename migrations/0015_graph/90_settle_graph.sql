-- settle_steps_v1 for tasks that branch or wait; what it has in common with that is told there. s: steps that the graph
-- alone leaves out. Joins with fewer than j_least parents that ran are handed back in progress, in started.
create function tasker.settle_graph_v1(
  p_workers int[], p_for_lost boolean,
  c_worker int[], c_task bigint[], c_position smallint[], c_attempt int[], c_grants smallint[], c_state smallint[],
  c_result text[], c_error text[], c_admitted boolean[], c_metadata text[],
  r_task bigint[], r_position smallint[], r_template int[], r_lane int[], r_rank smallint[], r_delay_ms bigint[],
  n_task bigint[], n_position smallint[], n_template int[], n_lane int[], n_rank smallint[], n_worker int[],
  j_task bigint[], j_position smallint[], j_template int[], j_lane int[], j_rank smallint[], j_worker int[],
  j_need smallint[], j_met smallint[], j_blocked boolean[], j_ran smallint[], j_least smallint[],
  s_task bigint[], s_position smallint[], s_chosen_against boolean[], s_metadata text[],
  f_task bigint[], k_task bigint[], k_steps int[],
  p_waits jsonb          -- waits that are opened; null: none of these steps may wait
) returns table (
  started_task bigint[], started_position smallint[], started_ran smallint[], ready_task bigint[],
  ready_position smallint[], queued int, ended_task bigint[], ended_state smallint[], declined_task bigint[],
  declined_position smallint[], at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := tasker.clock_v1();
  v_count int; v_guarded boolean; v_touched boolean; v_lost int[]; v_exact bigint[] := '{}'; v_held bigint[] := '{}';
  v_whole bigint[]; v_blocked bigint[]; v_open_task bigint[]; v_open_position smallint[];
begin
  v_count := tasker.record_graph_outcomes_v1(c_worker, c_task, c_position, c_attempt, c_grants, c_state, c_result,
                                             c_error, c_admitted, c_metadata, v_now);
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
  if s_task is not null then
    perform tasker.skip_steps_v1(s_task, s_position, s_chosen_against, s_metadata, v_exact, v_now);
  end if;
  if n_task is not null and (v_guarded or v_exact <> '{}') then
    select * into n_worker, declined_task, declined_position
      from tasker.withhold_next_v1(n_task, n_position, n_template, n_worker, v_exact, v_held);
  end if;
  queued := case when r_task is null then 0 else
              tasker.queue_reruns_v1(r_task, r_position, r_template, r_lane, r_rank, r_delay_ms, v_exact, v_now) end
          + case when n_task is null then 0 else
              tasker.start_next_v1(n_task, n_position, n_template, n_lane, n_rank, n_worker, v_exact, v_now) end;
  if j_task is not null then
    select * into started_task, started_position, started_ran, ready_task, ready_position, v_whole, v_blocked,
                  v_open_task, v_open_position
      from tasker.meet_graph_joins_v1(j_task, j_position, j_template, j_worker, j_need, j_met, j_blocked, j_ran,
                                      v_exact, v_held, v_guarded, v_now);
    if v_open_task is not null then
      select * into started_task, started_position, started_ran, ready_task, ready_position
        from tasker.decide_joins_v1(
          v_open_task, v_open_position, j_task, j_position, j_template, j_worker, j_least, v_held, v_guarded,
          p_workers[1], v_now, started_task, started_position, started_ran, ready_task, ready_position);
    end if;
    queued := queued + tasker.queue_joins_v1(ready_task, ready_position, j_task, j_position, j_template, j_lane,
                                             j_rank, v_now);
  end if;
  if f_task is not null or v_whole is not null or v_blocked is not null then
    -- Such a task has begun when its first step was taken: what runs again needs no look at it.
    select * into ended_task, ended_state
      from tasker.end_tasks_v1(f_task, v_whole, v_blocked, k_task, k_steps, null, v_exact, p_workers, v_now);
  end if;
  if v_exact <> '{}' or v_held <> '{}' then
    select * into ready_task, ready_position, queued, ended_task, ended_state
      from tasker.settle_touched_v1(false, v_exact, v_held, p_workers[1], v_now,
                                    ready_task, ready_position, queued, ended_task, ended_state);
  end if;
  if p_waits is not null then
    queued := queued + tasker.settle_waits_v1(p_waits, c_task, c_position, c_state, v_now);
  end if;
  at := v_now;
  return next;
end $$;
