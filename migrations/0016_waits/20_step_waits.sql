-- A step that waits, or has waited: what it took stands here until it has ended well, so that another attempt sees the
-- same. woken_at null: open, and its step is in the state waiting.
create table tasker.step_waits (
  task_id bigint not null,
  opened_at timestamptz not null,
  -- When the time does something about it: wakes it or, in an interim, escalates it or counts as one of the things that
  -- it waits for. After the interim comes later_at.
  due_at timestamptz,
  later_at timestamptz,
  woken_at timestamptz,
  generation int not null,
  template_id int not null,
  -- Where its step is queued when it is woken.
  lane_id int not null,
  position smallint not null,
  -- How much still has to come before it is woken.
  lacking smallint not null default 0,
  interim boolean not null default false,
  kind text not null check (kind in ('sleep', 'signal', 'approval', 'suspended')),
  woken_by text check (woken_by in ('time', 'signal', 'decision')),
  primary key (task_id, position)
) with (fillfactor = 70);
create index step_waits_due on tasker.step_waits (due_at) where woken_at is null and due_at is not null;

-- One place per signal that a step waits for, with what came.
create table tasker.wait_signals (
  task_id bigint not null,
  box_id bigint not null,
  position smallint not null,
  place smallint not null,
  -- The most it takes.
  wanted smallint not null,
  -- It takes more.
  open boolean not null,
  name text not null,
  taken jsonb not null default '[]',
  primary key (task_id, position, place)
) with (fillfactor = 70);
create index wait_signals_box on tasker.wait_signals (box_id) where open;
