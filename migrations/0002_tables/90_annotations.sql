create table tasker.annotation_types (
  id int generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 64),
  description text
);

create table tasker.task_annotations (
  id bigint generated always as identity primary key,
  task_id bigint not null,
  created_at timestamptz not null default now(),
  annotation_type_id int not null references tasker.annotation_types,
  annotation jsonb not null,
  actor text
);
create index task_annotations_task on tasker.task_annotations (task_id, id);
create index task_annotations_type on tasker.task_annotations (annotation_type_id, task_id);
create index task_annotations_annotation on tasker.task_annotations using gin (annotation jsonb_path_ops);
