-- When the time of a step, or of a task, is over. Compared with how the step stands when it fires: a row whose step has
-- ended, or been run anew, is of no use and goes then.
create table tasker.budget_timers (
  due_at timestamptz not null,
  seq bigint generated always as identity,
  task_id bigint not null,
  armed_at timestamptz not null,
  -- Of a start: so far it is settled how long it has stood still.
  counted_at timestamptz not null,
  -- Of the step, when it was armed.
  generation int not null,
  -- -1: of the task.
  position smallint not null,
  -- total: for all attempts. start: until the first. deadline: for the task.
  kind text not null check (kind in ('total', 'start', 'deadline')),
  primary key (due_at, seq)
);
create index budget_timers_task on tasker.budget_timers (task_id);
