create table tasker.archived_tasks (
  task_id bigint primary key,
  requested_at timestamptz not null,
  finished_at timestamptz not null,
  archived_at timestamptz not null,
  namespace text not null,
  name text not null,
  version text not null,
  state text not null,
  identity text,
  correlation_id text not null,
  document jsonb not null
);
create index archived_tasks_at on tasker.archived_tasks using brin (archived_at);

comment on table tasker.archived_tasks is
  'Pruned tasks, one document each. Nothing of Tasker reads it: export, move or delete rows as you like.';
comment on column tasker.archived_tasks.document is
  'format, task, steps, transitions (task, steps), annotations: as the public views showed them when it was archived.';
