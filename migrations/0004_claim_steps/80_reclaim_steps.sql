-- Takes steps again that a worker has in its hands and whose claim a crash of the server has forgotten, as long as they
-- wait in the queue. It looks through the whole queue: for after a crash only. Gives back how many it has taken.
create function tasker.reclaim_steps_v1(p_worker int, p_tasks bigint[], p_positions smallint[], p_attempts int[])
returns int
language plpgsql as $$
declare
  v_now timestamptz := tasker.clock_v1();
  v_entries tasker.queue[];
  v_taken int;
begin
  perform 1 from tasker.workers w where w.id = p_worker and w.lost_at is null;
  if not found then raise exception 'worker % has lost its lease', p_worker using errcode = 'TSK02'; end if;
  with taken as (
    delete from tasker.queue q
     where (q.task_id, q.position) in (
             select u.task_id, u.position
               from unnest(p_tasks, p_positions, p_attempts) as u(task_id, position, attempt)
               left join tasker.steps s on s.task_id = u.task_id and s.position = u.position
              where u.attempt = coalesce(s.attempt, 0) + 1)
    returning q.*)
  select array_agg(t order by t.rank, t.seq) into v_entries from taken t;
  if v_entries is not null then v_entries := tasker.hold_back_v1(v_entries); end if;
  if v_entries is null then return 0; end if;
  v_taken := tasker.take_steps_v1(p_worker, v_entries, v_now);
  perform tasker.begin_tasks_v1(p_worker, v_entries, v_now);
  update tasker.workers w set min_task_id = m.low
    from (select min(e.task_id) as low from unnest(v_entries) e) m
   where w.id = p_worker and m.low < w.min_task_id;
  return v_taken;
end $$;
