-- States of steps, in words. Core knows the same codes as STEP_STATE_CODES; a test compares them.
--   tasker.step_<state>()        the code of one state. It never changes, so it needs no version.
--   tasker.step_<adjective>_v1   whether a state is of a kind. Which states are may change, so it has a version.
--   tasker.step_state_v1         the name, for people.
-- PostgreSQL folds the first into constants and inlines the others when it plans a statement, so a word costs what its
-- number costs. Only predicates of indexes and constraints write numbers: an index is chosen by its very expression.
-- From 10 on a step has ended. 5 to 9 are free for states that wait.
create function tasker.step_pending() returns smallint language sql immutable parallel safe return 0;
create function tasker.step_ready() returns smallint language sql immutable parallel safe return 1;
create function tasker.step_in_progress() returns smallint language sql immutable parallel safe return 2;
create function tasker.step_waiting_for_retry() returns smallint language sql immutable parallel safe return 3;
-- Without a worker: for a time, a signal, a decision or other tasks.
create function tasker.step_waiting() returns smallint language sql immutable parallel safe return 4;
create function tasker.step_complete() returns smallint language sql immutable parallel safe return 10;
create function tasker.step_error() returns smallint language sql immutable parallel safe return 11;
create function tasker.step_skipped() returns smallint language sql immutable parallel safe return 12;
create function tasker.step_cancelled() returns smallint language sql immutable parallel safe return 13;
create function tasker.step_resolved_manually() returns smallint language sql immutable parallel safe return 14;
-- Left out by a branch: ended, and what depends on it need not wait for it. People read it as skipped.
create function tasker.step_not_taken() returns smallint language sql immutable parallel safe return 15;

-- It may still move by itself.
create function tasker.step_open_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state < 10;

create function tasker.step_ended_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state >= 10;

-- A worker may take it out of the queue.
create function tasker.step_claimable_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state in (1, 4);

-- What depends on it may run.
create function tasker.step_satisfied_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state in (10, 12, 14, 15);

-- What depends on it, near or far, can never run: it ended in error or was cancelled.
create function tasker.step_blocking_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state in (11, 13);

-- Ended otherwise than complete: what the partial index step_history_rare holds.
create function tasker.step_rare_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state > 10;

-- An attempt that came to it has run a handler, or was asked to leave it out: not one in which the engine left the step
-- out, or made it wait.
create function tasker.step_ran_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state not in (4, 15);

create function tasker.step_state_v1(p_state smallint) returns text
language sql immutable parallel safe
return case p_state when 0 then 'pending' when 1 then 'ready' when 2 then 'in_progress' when 3 then 'waiting_for_retry'
                    when 4 then 'waiting'
                    when 10 then 'complete' when 11 then 'error' when 12 then 'skipped' when 13 then 'cancelled'
                    when 14 then 'resolved_manually' when 15 then 'skipped' end;
