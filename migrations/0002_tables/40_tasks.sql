-- Codes of states: 0001_words/21_task_states.sql. A task of one step stays pending in its row while that step runs for
-- the first time; tasker.task_now_v1 sees through it. Each page has room for a second version of every row: with less,
-- at 60, four updates of ten moved to another page and wrote every index. Measured with retention under steady load
-- (bench/churn.mjs): with the vacuum more often than by default, tasks and steps are a tenth smaller and cost the
-- database no more time.
create table tasker.tasks (
  id bigint generated always as identity primary key,
  requested_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  template_id int not null,
  -- Of a task with an identity: the first revision of its template. Nobody can take an identity in another namespace,
  -- or of another template.
  identity_template int,
  -- Acts of operators on this task so far: what an optimistic lock compares.
  lock_version int not null default 0,
  state smallint not null default 0 check (state between 0 and 14),
  priority smallint not null default 0 check (priority between -100 and 100),
  hold boolean not null default false,
  identity text,
  initiator text,
  source_system text,
  reason text,
  correlation_id text not null,
  trace_parent text,
  tags text[] not null default '{}',
  bypass smallint[],
  context jsonb not null
) with (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02);

-- None is on a column that running the task changes: those updates stay HOT.
create unique index tasks_identity on tasker.tasks (identity, identity_template) where identity is not null;
create index tasks_template on tasker.tasks (template_id, requested_at, id);
create index tasks_tags on tasker.tasks using gin (tags) where tags <> '{}';

-- Live tasks an operator has touched. Small, so that the hot statements can afford to ask; a row goes when its task
-- ends.
create table tasker.operated_tasks (
  task_id bigint primary key,
  -- Nothing of it is started.
  hold boolean not null default false,
  -- Every step has a row, and settlements count the rows instead of adding to them: see tasker.recount_v1.
  exact boolean not null default false
);
create index operated_tasks_held on tasker.operated_tasks (task_id) where hold;
