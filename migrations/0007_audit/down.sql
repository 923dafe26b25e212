drop function tasker.audit_v1();
drop function tasker.audit_history_v1();
drop function tasker.audit_tasks_v1();
drop function tasker.audit_queue_v1();
drop function tasker.audit_branches_v1();
drop function tasker.audit_steps_v1();
drop view tasker.audit_steps;
drop function tasker.clock_folded_v1(timestamptz);
