-- Sends what was recorded in transactions that have committed since, oldest first. What they promised is kept: no limit
-- refuses it. Gives back how many there were, and how many steps they have woken.
create function tasker.match_sent_signals_v1(p_limit int, out matched int, out woken int)
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  v_sent tasker.sent_signals[];
begin
  with gone as (
    delete from tasker.sent_signals s
     where s.id in (select y.id from tasker.sent_signals y order by y.id limit p_limit for update skip locked)
    returning s.*)
  select array_agg(g order by g.id) into v_sent from gone g;
  matched := coalesce(cardinality(v_sent), 0);
  woken := 0;
  if matched = 0 then return; end if;
  select s.woken into woken
    from (select array_agg(g.namespace order by g.id) as namespaces, array_agg(g.name order by g.id) as names,
                 array_agg(g.key order by g.id) as keys, array_agg(g.task_id order by g.id) as tasks,
                 array_agg(g.payload::text order by g.id) as payloads, array_agg(g.signal_id order by g.id) as ids,
                 array_agg(g.ttl_ms order by g.id) as ttl_ms
            from unnest(v_sent) g) a,
         tasker.send_signals_v1(a.namespaces, a.names, a.keys, a.tasks, a.payloads, a.ids, a.ttl_ms, 2147483647) s;
end $$;
