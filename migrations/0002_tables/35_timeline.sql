-- In which course of its history the database was when ids were last given out: a promoted standby or a restored backup
-- goes on in another one, and may lack what was acknowledged. One row. See tasker.enter_timeline_v1.
create table tasker.timeline (
  entered_at timestamptz not null default now(),
  system_id bigint not null,
  timeline int not null,
  only_row boolean primary key default true check (only_row)
);
