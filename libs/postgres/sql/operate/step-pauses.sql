-- Purpose: every step that is paused everywhere. Rows: by name. Locks: none.
select namespace, name, version, step, actor, reason, paused_at from tasker.step_pauses
 order by namespace, name, step, version
