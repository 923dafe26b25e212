-- One row: what tells this schema from all others, in keys that steps give to other systems. Made here and never again;
-- a copy that is to act for itself gets another.
create table tasker.installation (
  id text primary key default left(replace(gen_random_uuid()::text, '-', ''), 16) check (id ~ '^[0-9a-z]{1,32}$'),
  is_only boolean not null default true unique check (is_only)
);
insert into tasker.installation default values;
comment on table tasker.installation is
  'One row: the beginning of every idempotency key. Give a copy of a database that acts for itself another id.';
