-- Why a step is skipped, by the row of its history that says so. Core knows the words as SKIP_REASONS.
create function tasker.skip_reason_v1(p_actor text, p_metadata jsonb) returns text
language sql immutable parallel safe
return coalesce(p_metadata #>> '{skip,reason}', case when p_actor is null then 'bypassed' else 'operator' end);
