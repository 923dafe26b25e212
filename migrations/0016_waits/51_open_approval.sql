-- Part of open_waits_v1: asks people for a decision; once more when nobody had decided in time.
create function tasker.open_approval_v1(
  p_task bigint, p_position smallint, p_generation int, p_approval jsonb, p_deadline timestamptz, p_now timestamptz
) returns void
language sql as $$
  insert into tasker.approvals (task_id, opened_at, deadline_at, generation, position, not_initiator, namespace, task,
                                step, title, description, form, assignees, escalate_to, initiator)
  select t.id, p_now, p_deadline, p_generation, p_position, coalesce((p_approval ->> 'notInitiator')::boolean, false),
         m.namespace, m.name, s.name, p_approval ->> 'title', p_approval ->> 'description', p_approval -> 'form',
         array(select jsonb_array_elements_text(coalesce(p_approval -> 'assignees', '[]'))),
         case when p_approval ? 'escalateTo'
              then array(select jsonb_array_elements_text(p_approval -> 'escalateTo')) end,
         t.initiator
    from tasker.tasks t
    join tasker.task_templates m on m.id = t.template_id
    join tasker.step_templates s on s.template_id = t.template_id and s.position = p_position
   where t.id = p_task
  on conflict (task_id, position, generation) do update
    set state = 'open', opened_at = excluded.opened_at, deadline_at = excluded.deadline_at, escalated_at = null,
        ended_at = null, assignees = excluded.assignees, actor = null, answer = null
$$;
