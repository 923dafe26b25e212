-- Part of settle_graph_v1: meet_joins_v1 for joins of which a branch may leave parents out. A join all of whose parents
-- ran begins here at once; one of which some were left out stays as it is, for decide_joins_v1.
create function tasker.meet_graph_joins_v1(
  j_task bigint[], j_position smallint[], j_template int[], j_worker int[], j_need smallint[], j_met smallint[],
  j_blocked boolean[], j_ran smallint[],
  p_exact bigint[], p_held bigint[], p_guarded boolean, p_now timestamptz,
  out started_task bigint[], out started_position smallint[], out started_ran smallint[],
  out ready_task bigint[], out ready_position smallint[], out whole bigint[], out blocked bigint[],
  out open_task bigint[], out open_position smallint[]
)
language plpgsql as $$
#variable_conflict use_column
begin
  with met as (
    insert into tasker.steps as s (task_id, started_at, worker_id, waited_ms, position, state, need, met, ran, attempt,
                                   blocked)
    select j.task_id, case when j.whole and j.worker_id is not null then p_now end, j.worker_id,
           case when j.whole and j.worker_id is null then -1 else 0 end, j.position,
           case when not j.whole then tasker.step_pending()
                when j.position < 0 then tasker.step_complete()
                when j.worker_id is not null then tasker.step_in_progress() else tasker.step_ready() end,
           j.need, j.met, j.ran, case when j.whole and j.worker_id is not null and j.position >= 0 then 1 else 0 end,
           j.blocked
      from (select u.*, u.ran >= u.need and not u.blocked as whole,
                   case when not (p_guarded and tasker.step_stopped_v1(u.task_id, u.template_id, u.position, p_held))
                        then u.worker end as worker_id
              from unnest(j_task, j_position, j_template, j_worker, j_need, j_met, j_blocked, j_ran)
                     as u(task_id, position, template_id, worker, need, met, blocked, ran)
             where u.task_id <> all (p_exact)) j
     order by j.task_id, j.position
    on conflict (task_id, position) do update
      set met = s.met + excluded.met, ran = s.ran + excluded.ran,
          blocked = s.blocked or excluded.blocked,
          waited_ms = case when s.state = tasker.step_pending() and excluded.worker_id is null
                                and s.ran + excluded.ran >= s.need then -1 else greatest(s.waited_ms, 0) end,
          worker_id = case when s.state = tasker.step_pending() then excluded.worker_id else s.worker_id end,
          -- Only a pending row may move here: what an operator did to it stands.
          state = case when s.state <> tasker.step_pending() or s.blocked or excluded.blocked
                            or s.ran + excluded.ran < s.need then s.state
                       when s.position < 0 then tasker.step_complete()
                       when excluded.worker_id is null then tasker.step_ready() else tasker.step_in_progress() end,
          started_at = case when s.state = tasker.step_pending() and excluded.worker_id is not null
                                 and s.ran + excluded.ran >= s.need then p_now else s.started_at end,
          attempt = case when s.state = tasker.step_pending() and s.position >= 0 and excluded.worker_id is not null
                              and s.ran + excluded.ran >= s.need and not (s.blocked or excluded.blocked)
                         then 1 else s.attempt end
    returning s.task_id, s.position, s.state, s.blocked, s.ran, s.started_at = p_now as started,
              s.waited_ms < 0 as freed, s.met >= s.need as full)
  select array_agg(m.task_id) filter (where m.state = tasker.step_in_progress() and m.started),
         array_agg(m.position) filter (where m.state = tasker.step_in_progress() and m.started),
         array_agg(m.ran) filter (where m.state = tasker.step_in_progress() and m.started),
         array_agg(m.task_id) filter (where m.state = tasker.step_ready() and m.freed),
         array_agg(m.position) filter (where m.state = tasker.step_ready() and m.freed),
         array_agg(m.task_id) filter (where m.position < 0 and m.state = tasker.step_complete()),
         array_agg(distinct m.task_id) filter (where m.blocked),
         array_agg(m.task_id) filter (where m.state = tasker.step_pending() and m.full and not m.blocked),
         array_agg(m.position) filter (where m.state = tasker.step_pending() and m.full and not m.blocked)
    into started_task, started_position, started_ran, ready_task, ready_position, whole, blocked, open_task,
         open_position
    from met m;
end $$;
