create table tasker.dependent_systems (
  id int generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 64),
  description text
);

create table tasker.dependent_system_object_maps (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  system_one_id int not null references tasker.dependent_systems,
  system_two_id int not null references tasker.dependent_systems,
  remote_id_one text not null,
  remote_id_two text not null,
  unique (system_one_id, system_two_id, remote_id_one, remote_id_two)
);
