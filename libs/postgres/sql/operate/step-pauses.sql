-- Purpose: steps that are paused everywhere. Parameters: $1 namespaces or null for all, $2 most. Rows: by name.
-- Locks: none.
select namespace, name, version, step, actor, reason, paused_at from tasker.step_pauses
 where $1::text[] is null or namespace = any ($1)
 order by namespace, name, step, version limit $2
