-- One packed row per attempt that ended, or per act of an operator. The view step_transitions expands it.
create table tasker.step_history (
  task_id bigint not null,
  at timestamptz not null,
  started_at timestamptz,
  waited_ms bigint not null default 0,
  worker_id int,
  attempt int not null,
  position smallint not null,
  from_state smallint not null,
  to_state smallint not null,
  actor text,
  reason text,
  error jsonb,
  -- What an operator did: the verb, and what it replaced.
  metadata jsonb,
  -- tasker.error_fingerprint_v1 of the error, computed when it is recorded: when failures are looked at, it would take
  -- longer than all the rest. Not a generated column: each statement would read and plan its expression anew.
  fingerprint text
) partition by range (at);

-- Moves of a task beyond created and started, which its own row records (requested_at, started_at).
create table tasker.task_history (
  task_id bigint not null,
  at timestamptz not null,
  worker_id int,
  from_state smallint not null,
  to_state smallint not null,
  actor text,
  reason text,
  metadata jsonb
) partition by range (at);

create index step_history_task on tasker.step_history (task_id);
create index task_history_task on tasker.task_history (task_id);
-- What succeeds is in none of the partial ones: tasker.step_rare_v1 and tasker.task_rare_v1 say the same.
create index step_history_rare on tasker.step_history (to_state, task_id) where to_state > 10;
create index task_history_rare on tasker.task_history (to_state, task_id) where to_state > 10;
create index step_history_failures on tasker.step_history (at) include (task_id, position, to_state, fingerprint)
  where error is not null;
create index step_history_at on tasker.step_history using brin (at) with (pages_per_range = 16);
create index task_history_at on tasker.task_history using brin (at) with (pages_per_range = 16);

create table tasker.step_history_default partition of tasker.step_history default;
create table tasker.task_history_default partition of tasker.task_history default;
