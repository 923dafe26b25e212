-- States of tasks, in words, under the same scheme as those of steps. Core knows the codes as TASK_STATE_CODES.
-- From 10 on a task has ended. Reserved: 14 compensated (what it had done was undone; ended). 2 to 9 are free.
create function tasker.task_pending() returns smallint language sql immutable parallel safe return 0;
create function tasker.task_in_progress() returns smallint language sql immutable parallel safe return 1;
create function tasker.task_complete() returns smallint language sql immutable parallel safe return 10;
create function tasker.task_error() returns smallint language sql immutable parallel safe return 11;
create function tasker.task_cancelled() returns smallint language sql immutable parallel safe return 12;
create function tasker.task_resolved_manually() returns smallint language sql immutable parallel safe return 13;

-- It may still move by itself.
create function tasker.task_open_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state < 10;

create function tasker.task_ended_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state >= 10;

-- Ended by an operator's word: no step of it may begin any more, though a running one may be allowed to finish.
create function tasker.task_closed_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state in (12, 13);

-- Ended otherwise than complete: what the partial index task_history_rare holds.
create function tasker.task_rare_v1(p_state smallint) returns boolean
language sql immutable parallel safe return p_state > 10;

create function tasker.task_state_v1(p_state smallint) returns text
language sql immutable parallel safe
return case p_state when 0 then 'pending' when 1 then 'in_progress' when 10 then 'complete' when 11 then 'error'
                    when 12 then 'cancelled' when 13 then 'resolved_manually' end;
