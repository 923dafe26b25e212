create function tasker.task_document_v1(p_task bigint) returns jsonb
language sql stable set jit = off as $$
  select jsonb_build_object(
    'format', 1,
    'task', (select to_jsonb(t) from tasker.task_list t where t.task_id = p_task),
    'steps', coalesce((
      select jsonb_agg(to_jsonb(s) - 'task_id' order by s.position)
        from tasker.task_steps s where s.task_id = p_task), '[]'),
    'transitions', jsonb_build_object(
      'task', coalesce((
        select jsonb_agg(to_jsonb(h) - 'task_id' order by h.ordinal)
          from tasker.task_transitions h where h.task_id = p_task), '[]'),
      'steps', coalesce((
        select jsonb_agg(to_jsonb(h) - 'task_id' order by h.ordinal)
          from tasker.step_transitions h where h.task_id = p_task), '[]')),
    'annotations', coalesce((
      select jsonb_agg(jsonb_build_object('type', k.name, 'annotation', a.annotation, 'actor', a.actor,
                                          'created_at', a.created_at) order by a.id)
        from tasker.task_annotations a
        join tasker.annotation_types k on k.id = a.annotation_type_id
       where a.task_id = p_task), '[]'))
$$;

comment on function tasker.task_document_v1(bigint) is
  'A task with all that is known of it, as it is archived. Its task is null when there is none.';
