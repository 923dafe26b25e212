-- Decisions that people are asked for, one per generation of a step. They stay as long as their task.
create table tasker.approvals (
  id bigint generated always as identity primary key,
  task_id bigint not null,
  opened_at timestamptz not null,
  deadline_at timestamptz,
  escalated_at timestamptz,
  ended_at timestamptz,
  generation int not null,
  position smallint not null,
  -- Whoever asked for the task may not decide.
  not_initiator boolean not null,
  state text not null default 'open'
    check (state in ('open', 'approved', 'rejected', 'timed_out', 'superseded', 'withdrawn')),
  namespace text not null,
  task text not null,
  step text not null,
  title text not null,
  description text,
  -- JSON Schema of the answer.
  form jsonb,
  -- user:<principal id> or role:<role>; empty: whoever has the permission.
  assignees text[] not null,
  -- Who is asked when it is escalated.
  escalate_to text[],
  initiator text,
  actor text,
  answer jsonb,
  unique (task_id, position, generation)
);
create index approvals_open on tasker.approvals (namespace, id) where state = 'open';
create index approvals_assignees on tasker.approvals using gin (assignees) where state = 'open';
