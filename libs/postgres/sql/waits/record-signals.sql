-- Purpose: record signals inside somebody else's transaction; they are sent after its commit. Parameters as those of
--   send-signals.sql, without the last. Rows: how many. Index: none. Locks: none.
with recorded as (
  insert into tasker.sent_signals (sent_at, namespace, name, key, task_id, payload, signal_id, ttl_ms)
  select tasker.clock_v1(), u.namespace, u.name, u.key, u.task_id, u.payload::jsonb, u.id, u.ttl_ms
    from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
           as u(namespace, name, key, task_id, payload, id, ttl_ms)
  returning 1)
select count(*)::int as recorded from recorded
