-- Purpose: make partitions of the history ahead of time, where this role may. Parameters: 1 weeks. Rows: number made.
-- Locks: new tables only.
select case when has_schema_privilege(c.relnamespace, 'CREATE') and pg_has_role(c.relowner, 'USAGE')
            then tasker.ensure_history_partitions_v1($1) else 0 end as made
  from pg_class c where c.oid = 'tasker.step_history'::regclass
