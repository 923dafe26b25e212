-- Purpose: make sure dependent systems exist. Parameters: 1 names. Rows: none. Locks: new rows.
insert into tasker.dependent_systems (name) select distinct n from unnest($1::text[]) n on conflict do nothing
