-- The course of history this server writes, and since when it runs. Nulls: it writes nothing (a standby), or does not
-- tell. Any role may ask. The checkpoint's timeline would be that from before the promotion for a while.
create function tasker.timeline_now_v1(out system_id bigint, out timeline int, out running_since timestamptz)
language plpgsql as $$
begin
  if pg_is_in_recovery() then return; end if;
  select s.system_identifier into system_id from pg_control_system() s;
  timeline := ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int;
  running_since := pg_postmaster_start_time();
exception
  -- Some hosted databases keep these functions to themselves.
  when insufficient_privilege or feature_not_supported or undefined_function then timeline := null;
end $$;

insert into tasker.timeline (system_id, timeline)
select n.system_id, n.timeline from tasker.timeline_now_v1() n where n.timeline is not null;
