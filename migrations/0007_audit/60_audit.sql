-- In PL/pgSQL, for parts of it come with later migrations.
create function tasker.audit_v1() returns table (rule text, task_id bigint, "position" smallint, detail text)
language plpgsql stable as $$
begin
  return query
    select * from tasker.audit_steps_v1()
    union all select * from tasker.audit_branches_v1()
    union all select * from tasker.audit_queue_v1()
    union all select * from tasker.audit_tasks_v1()
    union all select * from tasker.audit_history_v1()
    union all select * from tasker.audit_waits_v1();
end $$;

comment on function tasker.audit_v1() is
  'Broken invariants: which rule, of which task and step (null: the task itself), and what is wrong. '
  'No rows: all is well. True at any moment, also on a busy database.';
