-- Purpose: where a new session is: which course of the database's history, and since when the server runs. The first on
-- another timeline or system skips ids. Parameters: none. Rows: one; nulls: unknown. Locks: as the function says.
select line, running_since from tasker.enter_timeline_v1()
