-- A step in a worker's hands, with what the worker needs to know of its task.
create type tasker.claimed_step_v1 as (
  task_id bigint, "position" smallint, template_id int, attempt int, waited_ms bigint, lane_id int, seq bigint,
  priority smallint, correlation_id text, trace_parent text, bypass smallint[], context text, checkpoint text,
  granted int, generation int, inputs text, admitted boolean, lock_version int, began boolean, at timestamptz,
  requested_at timestamptz);
