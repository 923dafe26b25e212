-- Purpose: interrupt the statement of a transactional step whose attempt is over. Parameters: 1 session.
-- Rows: one. Locks: none.
select pg_catalog.pg_cancel_backend($1)
