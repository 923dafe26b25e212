-- Purpose: after a crash of the server, note that a worker has compared its steps with the rows, and let claims go on
-- when all have. Parameters: 1 worker or null, 2 channel. Rows: one. Locks: none that others wait for.
select tasker.resume_claims_v1($1, $2) as resumed
