-- Purpose: create tasks of which some run against the clock from the beginning.
-- Parameters: 1 to 22 as in engine/create-known-tasks; 23 deadlines, milliseconds, one per task, null: none.
-- Rows, index, locks: as there.
with made as materialized (
  select * from tasker.create_tasks_v1(tasker.known_templates_v1($1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                                $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
), armed as materialized (
  select tasker.arm_created_v1(m.ids, m.duplicates, m.at, $13, $14, $23) from made m)
select pg_catalog.array_to_string(m.ids, ',') as ids,
       coalesce(pg_catalog.array_to_string(m.duplicates, ','), '') as duplicates,
       (extract(epoch from m.at) * 1000)::text as at_ms
  from made m, armed
