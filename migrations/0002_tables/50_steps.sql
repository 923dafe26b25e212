-- A row appears when something happens to a step; none means pending (or a root still in the queue).
-- Codes of states: 0001_words/20_step_states.sql. Position -1 is the virtual end of a task with several sinks.
-- No other index: updates stay HOT.
create table tasker.steps (
  task_id bigint not null,
  started_at timestamptz,
  finished_at timestamptz,
  waited_ms bigint not null default 0,
  worker_id int,
  attempt int not null default 0,
  -- Attempts that do not count against the retry limit: given back before they had an outcome, or made before an
  -- operator ran the step again. An operator's own limit is written as its difference to the template's.
  granted int not null default 0,
  -- How often an operator has rerun the step from an end it had come to.
  generation int not null default 0,
  position smallint not null,
  state smallint not null check (state between 0 and 15),
  need smallint not null default 0,
  met smallint not null default 0,
  -- Of those that are satisfied, the ones that no branch left out: counted where a branch may leave one out, else 0.
  ran smallint not null default 0,
  -- An ancestor ended in error or was cancelled: this step can never run unless an operator acts.
  blocked boolean not null default false,
  -- Its condition held in this generation: what runs it again does not ask again.
  admitted boolean not null default false,
  result jsonb,
  -- What the step saved for its next attempt; gone once it is finished.
  checkpoint jsonb,
  -- How far an attempt says it is: attempt, fraction, note, at. Of use while that attempt runs.
  progress jsonb,
  -- Fields of the task's context an operator gave this step other values for.
  inputs jsonb,
  primary key (task_id, position)
) with (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02);
