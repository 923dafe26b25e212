-- rank is minus the priority, so that one ascending key serves lane, priority and age.
create table tasker.queue (
  seq bigint generated always as identity,
  task_id bigint not null,
  ready_at timestamptz not null,
  lane_id int not null,
  template_id int not null,
  rank smallint not null,
  position smallint not null,
  -- True: the step has no row yet, claiming it inserts one.
  fresh boolean not null,
  -- True: the task has no other step. It is in progress when that one is, so a claim writes nothing for the task.
  lone boolean not null default false,
  primary key (lane_id, rank, seq)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create table tasker.delayed_steps (
  run_at timestamptz not null,
  seq bigint generated always as identity,
  task_id bigint not null,
  template_id int not null,
  lane_id int not null,
  rank smallint not null,
  position smallint not null,
  primary key (run_at, seq)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- Finds the due time of one step; costs a write per retry and nothing for a step that succeeds.
create index delayed_steps_task on tasker.delayed_steps (task_id);

-- Queue entries a claim met and may not run now: their task, or their step everywhere, is paused.
create table tasker.parked_steps (
  task_id bigint not null,
  ready_at timestamptz not null,
  template_id int not null,
  lane_id int not null,
  rank smallint not null,
  position smallint not null,
  fresh boolean not null
);
create index parked_steps_task on tasker.parked_steps (task_id);
create index parked_steps_step on tasker.parked_steps (template_id, position);
