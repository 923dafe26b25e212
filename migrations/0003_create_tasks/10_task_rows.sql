-- Part of create_tasks_v1: the rows of new tasks. What few tasks have comes as null when none of them has it.
create function tasker.task_rows_v1(
  p_ids bigint[], p_now timestamptz, t_template int[], t_priority smallint[], t_correlation text[], t_context text[],
  t_identity text[], t_initiator text[], t_source text[], t_reason text[], t_trace text[], t_tags text[],
  t_bypass text[], t_begun boolean[]
) returns table (
  id bigint, requested_at timestamptz, started_at timestamptz, template_id int, state smallint, priority smallint,
  identity text, initiator text, source_system text, reason text, correlation_id text, trace_parent text, tags text[],
  bypass smallint[], context jsonb)
language sql stable
begin atomic
  select t.id, p_now, case when t.begun then p_now end, t.template_id,
         case when t.begun then tasker.task_in_progress() else tasker.task_pending() end, t.priority,
         t.identity, t.initiator, t.source_system, t.reason, t.correlation_id, t.trace_parent,
         coalesce(t.tags::text[], '{}'), t.bypass::smallint[], t.context::jsonb
    from unnest(p_ids, t_template, t_priority, t_correlation, t_context, t_identity, t_initiator, t_source, t_reason,
                t_trace, t_tags, t_bypass, t_begun)
           as t(id, template_id, priority, correlation_id, context, identity, initiator, source_system, reason,
                trace_parent, tags, bypass, begun);
end;
