drop view tasker.live_workers;
drop view tasker.step_transitions;
drop view tasker.task_transitions;
drop view tasker.task_steps;
drop view tasker.task_list;
