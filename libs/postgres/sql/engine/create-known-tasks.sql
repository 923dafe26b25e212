-- Purpose: create-tasks.sql by a process that may remember templates which the database has lost in a failover, or on a
-- session that is not ours: refuses them with TSK05. Parameters and rows: as there. Index: the templates' key.
-- Locks: as there.
select pg_catalog.array_to_string(ids, ',') as ids,
       coalesce(pg_catalog.array_to_string(duplicates, ','), '') as duplicates,
       (extract(epoch from at) * 1000)::text as at_ms
  from tasker.create_tasks_v1(tasker.known_templates_v1($1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                             $15, $16, $17, $18, $19, $20, $21, $22)
