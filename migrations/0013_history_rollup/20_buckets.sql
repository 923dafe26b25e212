-- Buckets grow by 4 %, so that the middle of one is at most 2 % away from what is in it. From 10 microseconds on.
create function tasker.duration_bucket_v1(p_ms float8) returns smallint
language sql immutable parallel safe
return case when p_ms <= 0.01 then 0 else ceil(ln(p_ms / 0.01) / ln(1.04::float8)) end::smallint;

create function tasker.bucket_ms_v1(p_bucket smallint) returns float8
language sql immutable parallel safe
return case when p_bucket = 0 then 0 else 0.01 * 1.04::float8 ^ (p_bucket - 0.5::float8) end;
