drop view tasker.step_transitions;
drop view tasker.task_transitions;
drop view tasker.task_steps;
drop view tasker.task_list;
drop function tasker.step_state_v1(smallint);
drop function tasker.task_state_v1(smallint);
drop index tasker.delayed_steps_task;
