-- Part of create_tasks_v1: what the new tasks are found by.
create function tasker.add_attributes_v1(
  p_new bigint[], a_task int[], a_name text[], a_text text[], a_number float8[]
) returns void
language sql
begin atomic
  insert into tasker.task_attributes (task_id, name, text_value, number_value)
  select p_new[a.task], a.name, a.text_value, a.number_value
    from unnest(a_task, a_name, a_text, a_number) as a(task, name, text_value, number_value)
   where p_new[a.task] is not null;
end;
