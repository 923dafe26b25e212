-- Called on every new session before anything else. The first session on another timeline, or another system, skips
-- ids; the others wait for it. Gives back where the session is; nulls: unknown.
create function tasker.enter_timeline_v1(out line text, out running_since text)
language plpgsql as $$
declare
  v_now record;
begin
  select * into v_now from tasker.timeline_now_v1();
  if v_now.timeline is null then return; end if;
  line := v_now.system_id || '/' || v_now.timeline;
  running_since := date_part('epoch', v_now.running_since)::text;
  if exists (select 1 from tasker.timeline t
              where t.system_id = v_now.system_id and t.timeline = v_now.timeline) then return; end if;
  perform pg_advisory_xact_lock(hashtextextended('tasker.timeline', 0));
  if exists (select 1 from tasker.timeline t
              where t.system_id = v_now.system_id and t.timeline = v_now.timeline) then return; end if;
  perform tasker.skip_ids_v1();
  insert into tasker.timeline (entered_at, system_id, timeline)
  values (tasker.clock_v1(), v_now.system_id, v_now.timeline)
  on conflict (only_row) do update
    set entered_at = excluded.entered_at, system_id = excluded.system_id, timeline = excluded.timeline;
end $$;
