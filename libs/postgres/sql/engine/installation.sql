-- Purpose: what tells this schema from all others. Parameters: none. Rows: one. Locks: none.
select id from tasker.installation
