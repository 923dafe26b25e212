-- One lane of the queue per named queue, handler and level: a worker claims exactly the lanes it can run.
create table tasker.lanes (
  id int generated always as identity primary key,
  -- The engine level of the templates whose steps lie in it: a worker of a lower level leaves it alone. 1 is all today.
  level int not null default 1,
  queue text not null,
  handler text not null,
  unique (queue, handler, level)
);

create table tasker.task_templates (
  created_at timestamptz not null default now(),
  id int generated always as identity primary key,
  -- The first revision of any version of this name: what all of them have in common, as a number.
  first_id int not null,
  revision int not null,
  -- The lowest engine level that understands every key in the definition.
  level int not null default 1,
  namespace text not null,
  name text not null,
  version text not null,
  digest text not null,
  definition jsonb not null,
  unique (namespace, name, version, revision),
  unique (namespace, name, version, digest)
);

create table tasker.step_templates (
  timeout_ms bigint,
  -- For all attempts, and until the first of them; null: no limit.
  total_timeout_ms bigint,
  start_timeout_ms bigint,
  template_id int not null references tasker.task_templates on delete cascade,
  lane_id int not null references tasker.lanes,
  -- Where it is queued when it becomes ready: the engine's lane when the engine decides something first.
  entry_lane_id int not null references tasker.lanes,
  dependent_system_id int references tasker.dependent_systems,
  retry_limit int not null,
  position smallint not null,
  is_sink boolean not null,
  retryable boolean not null,
  skippable boolean not null,
  -- A branch may leave it out, or a step before it.
  branched boolean not null default false,
  -- Paused everywhere: claims park it.
  paused boolean not null default false,
  name text not null,
  -- Which of its parents have to have run, when branches left some out.
  run_if text not null default 'any' check (run_if in ('any', 'all', 'always')),
  parents smallint[] not null,
  primary key (template_id, position),
  unique (template_id, name)
);
create index step_templates_paused on tasker.step_templates (template_id, position) where paused;

-- A step of a template that is paused everywhere. version null: in every version.
create table tasker.step_pauses (
  paused_at timestamptz not null default now(),
  namespace text not null,
  name text not null,
  version text,
  step text not null,
  actor text not null,
  reason text,
  unique nulls not distinct (namespace, name, version, step)
);
