-- Purpose: every table of Tasker. Why they look like this: docs/decisions/0002-storage.md.
-- Locks: new objects only. Time on 10 M rows: not applicable. Breaking: no.
-- The schema is written as "tasker." everywhere; the runner replaces it with the configured one.

create table tasker.dependent_systems (
  id int generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 64),
  description text
);

create table tasker.dependent_system_object_maps (
  id bigint generated always as identity primary key,
  system_one_id int not null references tasker.dependent_systems,
  system_two_id int not null references tasker.dependent_systems,
  remote_id_one text not null,
  remote_id_two text not null,
  created_at timestamptz not null default now(),
  unique (system_one_id, system_two_id, remote_id_one, remote_id_two)
);

-- One lane of the queue per named queue and handler: a worker claims exactly the lanes it can run.
create table tasker.lanes (
  id int generated always as identity primary key,
  queue text not null,
  handler text not null,
  unique (queue, handler)
);

create table tasker.task_templates (
  id int generated always as identity primary key,
  namespace text not null,
  name text not null,
  version text not null,
  revision int not null,
  digest text not null,
  definition jsonb not null,
  created_at timestamptz not null default now(),
  unique (namespace, name, version, revision),
  unique (namespace, name, version, digest)
);

create table tasker.step_templates (
  template_id int not null references tasker.task_templates on delete cascade,
  position smallint not null,
  name text not null,
  lane_id int not null references tasker.lanes,
  dependent_system_id int references tasker.dependent_systems,
  parents smallint[] not null,
  is_sink boolean not null,
  retryable boolean not null,
  retry_limit int not null,
  timeout_ms int,
  skippable boolean not null,
  -- Paused everywhere: claims park it.
  paused boolean not null default false,
  primary key (template_id, position),
  unique (template_id, name)
);
create index step_templates_paused on tasker.step_templates (template_id, position) where paused;

create table tasker.workers (
  id int generated always as identity primary key,
  name text not null,
  host text not null,
  pid int not null,
  version text not null,
  lanes int[] not null,
  concurrency int not null,
  running int not null default 0,
  -- No step in this worker's hands belongs to a task below this id: finds its rows by primary key, without an index.
  min_task_id bigint not null default 0,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  lease_expires_at timestamptz not null,
  draining boolean not null default false,
  lost_at timestamptz,
  -- An operator wants it to take no more steps; it learns so from its next heartbeat.
  drain_requested boolean not null default false
) with (fillfactor = 50);

-- States are the index in core's TASK_STATES: 0 pending, 1 in_progress, 2 complete, 3 error, 4 cancelled, 5 resolved_manually.
create table tasker.tasks (
  id bigint generated always as identity primary key,
  requested_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  template_id int not null,
  state smallint not null default 0 check (state between 0 and 5),
  priority smallint not null default 0 check (priority between -100 and 100),
  hold boolean not null default false,
  -- Acts of operators on this task so far: what an optimistic lock compares.
  lock_version int not null default 0,
  identity text,
  initiator text,
  source_system text,
  reason text,
  correlation_id text not null,
  trace_parent text,
  tags text[] not null default '{}',
  bypass smallint[],
  context jsonb not null
) with (fillfactor = 60);

create unique index tasks_identity on tasker.tasks (identity) where identity is not null;

-- A row appears when something happens to a step; none means pending (or a root still in the queue).
-- 0 pending, 1 ready, 2 in_progress, 3 waiting_for_retry, 4 complete, 5 error, 6 skipped, 7 cancelled, 8 resolved_manually.
-- Position -1 is the virtual end of a task with several sinks. No other index: updates stay HOT.
create table tasker.steps (
  task_id bigint not null,
  started_at timestamptz,
  finished_at timestamptz,
  worker_id int,
  waited_ms int not null default 0,
  position smallint not null,
  state smallint not null check (state between 0 and 8),
  need smallint not null default 0,
  met smallint not null default 0,
  attempt smallint not null default 0,
  -- Attempts that do not count against the retry limit: those before an operator ran the step again.
  granted smallint not null default 0,
  -- An ancestor ended in error or was cancelled: this step can never run unless an operator acts.
  blocked boolean not null default false,
  result jsonb,
  -- What the step saved for its next attempt; gone once it is finished.
  checkpoint jsonb,
  -- Fields of the task's context an operator gave this step other values for.
  inputs jsonb,
  primary key (task_id, position)
) with (fillfactor = 45);

-- Live tasks an operator has touched. Small, so that the hot statements can afford to ask; a row goes when its task ends.
create table tasker.operated_tasks (
  task_id bigint primary key,
  -- Nothing of it is started.
  hold boolean not null default false,
  -- Every step has a row, and settlements count the rows instead of adding to them: see tasker.recount_v1.
  exact boolean not null default false
);
create index operated_tasks_held on tasker.operated_tasks (task_id) where hold;

-- A step of a template that is paused everywhere. version null: in every version.
create table tasker.step_pauses (
  namespace text not null,
  name text not null,
  version text,
  step text not null,
  actor text not null,
  reason text,
  paused_at timestamptz not null default now(),
  unique nulls not distinct (namespace, name, version, step)
);

-- rank is minus the priority, so that one ascending key serves lane, priority and age.
create table tasker.queue (
  lane_id int not null,
  rank smallint not null,
  seq bigint generated always as identity,
  task_id bigint not null,
  template_id int not null,
  position smallint not null,
  -- True: the step has no row yet, claiming it inserts one.
  fresh boolean not null,
  ready_at timestamptz not null,
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

-- Queue entries a claim met and may not run now: their task, or their step everywhere, is paused.
create table tasker.parked_steps (
  task_id bigint not null,
  position smallint not null,
  template_id int not null,
  lane_id int not null,
  rank smallint not null,
  fresh boolean not null,
  ready_at timestamptz not null
);
create index parked_steps_task on tasker.parked_steps (task_id);
create index parked_steps_step on tasker.parked_steps (template_id, position);

-- One packed row per attempt that ended, or per act of an operator. The view step_transitions expands it.
create table tasker.step_history (
  task_id bigint not null,
  at timestamptz not null,
  started_at timestamptz,
  worker_id int,
  waited_ms int not null default 0,
  position smallint not null,
  attempt smallint not null,
  from_state smallint not null,
  to_state smallint not null,
  actor text,
  reason text,
  error jsonb,
  -- What an operator did: the verb, and what it replaced.
  metadata jsonb
) partition by range (at);
create index step_history_task on tasker.step_history (task_id);

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
create index task_history_task on tasker.task_history (task_id);

create table tasker.step_history_default partition of tasker.step_history default;
create table tasker.task_history_default partition of tasker.task_history default;

create table tasker.annotation_types (
  id int generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 64),
  description text
);

create table tasker.task_annotations (
  id bigint generated always as identity primary key,
  task_id bigint not null,
  annotation_type_id int not null references tasker.annotation_types,
  annotation jsonb not null,
  actor text,
  created_at timestamptz not null default now()
);
create index task_annotations_task on tasker.task_annotations (task_id);

-- Partitions of one week, made ahead by whoever migrates or rescues; rows nobody made room for go to the default one.
create function tasker.ensure_history_partitions_v1(p_weeks_ahead int) returns int
language plpgsql as $$
declare
  v_table text;
  v_from timestamptz;
  v_name text;
  v_made int := 0;
begin
  foreach v_table in array array['step_history', 'task_history'] loop
    for i in 0..p_weeks_ahead loop
      v_from := date_trunc('week', now() at time zone 'UTC') at time zone 'UTC' + i * interval '7 days';
      v_name := v_table || '_' || to_char(v_from at time zone 'UTC', 'IYYY"w"IW');
      if to_regclass(format('tasker.%I', v_name)) is null then
        execute format('create table tasker.%I partition of tasker.%I for values from (%L) to (%L)',
                       v_name, v_table, v_from, v_from + interval '7 days');
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end $$;

select tasker.ensure_history_partitions_v1(4);
