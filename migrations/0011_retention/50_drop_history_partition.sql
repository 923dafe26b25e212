-- Drops one partition of the history whose time is over and in which nothing is left; null: there is none. The parent
-- is locked against everything for the moment of the drop, and waited for only as long as lock_timeout says: 'busy'
-- then. (detach concurrently is not possible: it refuses a table that has a default partition.)
create function tasker.drop_history_partition_v1() returns text
language plpgsql as $$
declare
  v_now timestamptz := tasker.clock_v1();
  v_oldest timestamptz := coalesce((select t.requested_at from tasker.tasks t order by t.id limit 1), v_now);
  v_name text;
begin
  select c.relname into v_name
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join lateral (
      -- for values from ('...') to ('...'); default has no end.
      select nullif(split_part(pg_get_expr(c.relpartbound, c.oid), '''', 4), '')::timestamptz as ends_at) b
   where i.inhparent in ('tasker.step_history'::regclass, 'tasker.task_history'::regclass)
     and b.ends_at <= v_now
     -- No task is as old as it, or vacuum has given back its last page.
     and (pg_relation_size(c.oid) = 0 or b.ends_at < v_oldest - interval '1 hour')
   order by b.ends_at, c.relname limit 1;
  if v_name is not null then
    execute format('drop table tasker.%I', v_name);
  end if;
  return v_name;
exception when lock_not_available then
  return 'busy';
end $$;
