-- Part of settle_graph_v1: joins that became ready go to the queue. Gives back how many.
create function tasker.queue_joins_v1(
  p_task bigint[], p_position smallint[],
  j_task bigint[], j_position smallint[], j_template int[], j_lane int[], j_rank smallint[], p_now timestamptz
) returns int
language plpgsql as $$
declare
  v_count int;
begin
  if p_task is null then return 0; end if;
  insert into tasker.queue (lane_id, rank, task_id, template_id, position, fresh, ready_at)
  select j.lane_id, j.rank, j.task_id, j.template_id, j.position, false, p_now
    from unnest(j_task, j_position, j_template, j_lane, j_rank) as j(task_id, position, template_id, lane_id, rank)
   -- "is true" as in meet_joins_v1.
   where (j.task_id, j.position) in (select * from unnest(p_task, p_position)) is true;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
