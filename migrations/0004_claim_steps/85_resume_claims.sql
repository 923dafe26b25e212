-- After a crash of the server: notes that a worker (null: none) has compared its steps with the rows, and lets claims
-- go on once every live one has. Gives back whether claims are made now; tells whoever listens when it lets them go on.
create function tasker.resume_claims_v1(p_worker int, p_channel text) returns boolean
language plpgsql as $$
begin
  if p_worker is not null then
    insert into tasker.sure_workers (worker_id) values (p_worker) on conflict do nothing;
  end if;
  if exists (select 1 from tasker.sure_workers s where s.worker_id = 0) then return true; end if;
  if exists (select 1 from tasker.workers w
              where w.lost_at is null
                and not exists (select 1 from tasker.sure_workers s where s.worker_id = w.id)) then
    return false;
  end if;
  insert into tasker.sure_workers (worker_id) values (0) on conflict do nothing;
  perform pg_notify(p_channel, 'claims');
  return true;
end $$;
