-- Part of create_tasks_v1: ids of all the tasks asked for, new or known. A statement of its own, so that it sees rows
-- that committed while the insert waited for them.
create function tasker.known_ids_v1(p_new bigint[], t_template int[], t_identity text[]) returns bigint[]
language plpgsql as $$
declare
  v_ids bigint[];
begin
  select array_agg(coalesce(n.id, t.id) order by n.ord) into v_ids
    from unnest(p_new, t_template, t_identity) with ordinality as n(id, template_id, identity, ord)
    join tasker.task_templates m on m.id = n.template_id
    left join tasker.tasks t on n.id is null and t.identity = n.identity and t.identity_template = m.first_id;
  -- Retention may take the task in the way between the two statements: then the creation is made again.
  if exists (select 1 from unnest(v_ids) as k(id) where k.id is null) then
    raise exception 'a task of the same identity has just been pruned' using errcode = '40001';
  end if;
  return v_ids;
end $$;
