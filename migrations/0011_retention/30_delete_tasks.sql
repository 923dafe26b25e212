-- Deletes tasks with everything of theirs. The caller holds their row locks and knows that they have finished. An
-- operator who holds their steps and waits for their rows gives way, by lock_timeout.
create function tasker.delete_tasks_v1(p_tasks bigint[], p_archive bigint[]) returns void
language plpgsql
set plan_cache_mode = force_generic_plan set jit = off
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  -- Nothing was recorded of a task before it was requested: older partitions are not looked at.
  v_since timestamptz := (select min(t.requested_at) from tasker.tasks t where t.id = any (p_tasks));
begin
  if cardinality(p_archive) > 0 then
    insert into tasker.archived_tasks (task_id, namespace, name, version, state, identity, correlation_id,
                                       requested_at, finished_at, archived_at, document)
    select l.task_id, l.namespace, l.name, l.version, l.state, l.identity, l.correlation_id,
           l.requested_at, l.finished_at, tasker.clock_v1(), tasker.task_document_v1(l.task_id)
      from tasker.task_list l where l.task_id = any (p_archive);
  end if;
  perform tasker.delete_waits_v1(p_tasks);
  delete from tasker.task_annotations a where a.task_id = any (p_tasks);
  delete from tasker.task_attributes a where a.task_id = any (p_tasks);
  delete from tasker.step_history h where h.task_id = any (p_tasks) and h.at >= v_since;
  delete from tasker.task_history h where h.task_id = any (p_tasks) and h.at >= v_since;
  delete from tasker.steps s where s.task_id = any (p_tasks);
  delete from tasker.tasks t where t.id = any (p_tasks);
end $$;
