-- Purpose: API keys. The key itself is stored nowhere: the table has a digest of its secret, which is 256 random bits and
-- so needs no slow hash. Revoked and expired keys stay as evidence.
-- Locks: none: the table is new.
-- Breaking: no.

create table tasker.api_keys (
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
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_by text,
  revoked_at timestamptz,
  -- To the minute.
  last_used_at timestamptz
) with (fillfactor = 80);
