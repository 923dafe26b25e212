-- How long an entry waited in the queue. The time of a statement is read before its snapshot, so what is in that may be
-- a little younger.
create function tasker.waited_ms_v1(p_ready_at timestamptz, p_now timestamptz) returns bigint
language sql stable parallel safe
return greatest(0, floor(1000 * date_part('epoch', p_now - p_ready_at)))::bigint;
