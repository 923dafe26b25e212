-- Purpose: queue what was parked for steps that are not paused any more. Rows: one.
-- Index: parked steps whole. Locks: its rows.
select tasker.unpark_steps_v1() as released
