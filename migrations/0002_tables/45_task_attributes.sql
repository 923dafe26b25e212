-- What tasks are found by, as their templates declare. Written with the task and never changed. Texts are compared byte
-- by byte: instants are texts in UTC, and so in order. Equality and ranges use the same index, one per kind of value.
create table tasker.task_attributes (
  task_id bigint not null,
  number_value float8,
  name text collate "C" not null,
  text_value text collate "C",
  primary key (task_id, name),
  check (num_nonnulls(text_value, number_value) = 1)
);
create index task_attributes_text on tasker.task_attributes (name, text_value, task_id) where text_value is not null;
create index task_attributes_number on tasker.task_attributes (name, number_value, task_id)
  where number_value is not null;
