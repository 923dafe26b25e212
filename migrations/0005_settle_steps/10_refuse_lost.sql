-- Part of settle_steps_v1: some of its workers have no lease. Their outcomes are stale like any other; when there is
-- nobody else, the caller has to know that he is lost.
create function tasker.refuse_lost_v1(p_workers int[], p_lost int[], c_worker int[]) returns void
language plpgsql as $$
begin
  if cardinality(p_lost) = cardinality(p_workers) then
    raise exception 'worker % has lost its lease', p_workers[1] using errcode = 'TSK02';
  end if;
  raise exception 'stale outcomes' using errcode = 'TSK01', detail = (
    select string_agg((o.ord - 1)::text, ',') from unnest(c_worker) with ordinality as o(worker_id, ord)
     where o.worker_id = any (p_lost));
end $$;
