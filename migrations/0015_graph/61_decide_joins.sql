-- Part of settle_graph_v1: joins that are full and of which a branch left parents out, known by their keys. With fewer
-- than the least that must have run, a join is the settling worker's, in progress: its next settlement leaves it out,
-- and what follows with it. A pause does not keep it, for nothing is started. The others begin.
create function tasker.decide_joins_v1(
  o_task bigint[], o_position smallint[],
  j_task bigint[], j_position smallint[], j_template int[], j_worker int[], j_least smallint[],
  p_held bigint[], p_guarded boolean, p_worker int, p_now timestamptz,
  inout started_task bigint[], inout started_position smallint[], inout started_ran smallint[],
  inout ready_task bigint[], inout ready_position smallint[]
)
language plpgsql as $$
#variable_conflict use_column
declare
  v_begun record;
begin
  with judged as materialized (
    select r.tid,
           case when r.ran < j.least then p_worker
                when not (p_guarded and tasker.step_stopped_v1(j.task_id, j.template_id, j.position, p_held))
                then j.worker end as worker_id
      from unnest(j_task, j_position, j_template, j_worker, j_least) as j(task_id, position, template_id, worker, least)
     cross join lateral (select y.ctid as tid, y.ran from tasker.steps y
                          where y.task_id = j.task_id and y.position = j.position offset 0) r
     -- "is true" as in meet_joins_v1.
     where (j.task_id, j.position) in (select * from unnest(o_task, o_position)) is true
  ), begun as (
    update tasker.steps s
       set state = case when j.worker_id is null then tasker.step_ready() else tasker.step_in_progress() end,
           worker_id = j.worker_id, started_at = case when j.worker_id is not null then p_now end,
           attempt = case when j.worker_id is not null then s.attempt + 1 else s.attempt end, waited_ms = 0
      from judged j where s.ctid = j.tid
    returning s.task_id, s.position, s.ran, s.worker_id is not null as started)
  select array_agg(b.task_id) filter (where b.started) as started_task,
         array_agg(b.position) filter (where b.started) as started_position,
         array_agg(b.ran) filter (where b.started) as started_ran,
         array_agg(b.task_id) filter (where not b.started) as ready_task,
         array_agg(b.position) filter (where not b.started) as ready_position
    into v_begun from begun b;
  started_task := started_task || v_begun.started_task;
  started_position := started_position || v_begun.started_position;
  started_ran := started_ran || v_begun.started_ran;
  ready_task := ready_task || v_begun.ready_task;
  ready_position := ready_position || v_begun.ready_position;
end $$;
