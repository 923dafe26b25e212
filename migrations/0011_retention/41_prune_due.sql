-- Part of prune_tasks_v1: the tasks among these that have been kept long enough, locked; archive: those of them to keep
-- a document of.
create function tasker.prune_due_v1(
  p_seen bigint[], p_archived int[], p_keep interval, p_keep_errors interval, p_limit int, p_now timestamptz,
  out due bigint[], out archive bigint[]
)
language plpgsql as $$
begin
  select array_agg(d.id order by d.id), array_agg(d.id) filter (where d.template_id = any (p_archived))
    into due, archive
    from (select t.id, t.template_id from tasker.tasks t
           where t.id = any (p_seen) and tasker.task_ended_v1(t.state)
             and t.finished_at <= p_now - case when t.state = tasker.task_error() then p_keep_errors else p_keep end
             -- A handler may still end what it had begun when the task was cancelled or resolved.
             and not (tasker.task_closed_v1(t.state)
                      and exists (select 1 from tasker.steps s
                                   where s.task_id = t.id and s.state = tasker.step_in_progress()))
           order by t.id limit p_limit for update skip locked) d;
end $$;
