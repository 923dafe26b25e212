-- Part of settle_steps_v1: the fence has refused some outcomes. Those that it let through are recorded under p_now.
create function tasker.refuse_stale_v1(
  c_worker int[], c_task bigint[], c_position smallint[], c_attempt int[], p_now timestamptz
) returns void
language plpgsql as $$
declare
  v_stale text;
begin
  -- A row that somebody was changing, such as its checkpoint, is not found again by its ctid; it may be ours still.
  if exists (select 1 from unnest(c_worker, c_task, c_position, c_attempt) as o(worker_id, task_id, position, attempt),
               lateral (select 1 from tasker.steps y
                         where y.task_id = o.task_id and y.position = o.position
                           and y.state = tasker.step_in_progress()
                           and y.worker_id = o.worker_id and y.attempt = o.attempt offset 0) x) then
    raise exception 'a step was changed meanwhile' using errcode = '40001';
  end if;
  select string_agg((o.ord - 1)::text, ',') into v_stale
    from unnest(c_worker, c_task, c_position, c_attempt) with ordinality
           as o(worker_id, task_id, position, attempt, ord)
   where not exists (select 1 from tasker.step_history h
                      where h.task_id = o.task_id and h.position = o.position and h.attempt = o.attempt
                        and h.at = p_now and h.worker_id = o.worker_id);
  -- Every one has its row, so one was there twice.
  if v_stale is null then raise exception 'an outcome was given twice' using errcode = '22023'; end if;
  raise exception 'stale outcomes' using errcode = 'TSK01', detail = v_stale;
end $$;
