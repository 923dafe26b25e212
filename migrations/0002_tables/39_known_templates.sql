-- For creations by a process that may remember templates the database has lost in a failover, or on a session that
-- nobody has looked at: gives the templates back, or refuses.
create function tasker.known_templates_v1(p_templates int[]) returns int[]
language plpgsql as $$
begin
  if exists (select 1 from unnest(p_templates) as u(id)
              where not exists (select 1 from tasker.task_templates t where t.id = u.id)) then
    raise exception 'a template is not known any more' using errcode = 'TSK05';
  end if;
  if not exists (select 1 from tasker.timeline_now_v1() n left join tasker.timeline t on true
                  where n.timeline is null or (n.system_id, n.timeline) = (t.system_id, t.timeline)) then
    raise exception 'nobody has entered this timeline yet' using errcode = 'TSK05';
  end if;
  return p_templates;
end $$;
