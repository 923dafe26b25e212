create table tasker.api_keys (
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  -- To the minute.
  last_used_at timestamptz,
  id int generated always as identity primary key,
  -- The first characters of the key: how it is found, and recognised in lists.
  prefix text not null unique,
  -- SHA-256 of the whole key.
  hash bytea not null,
  name text not null,
  -- Names of the application's roles, and permissions besides.
  roles text[] not null,
  permissions text[] not null,
  -- Null: all namespaces.
  namespaces text[],
  created_by text not null,
  revoked_by text
) with (fillfactor = 80);
