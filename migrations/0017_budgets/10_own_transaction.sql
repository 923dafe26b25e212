-- True in the transaction that was begun for a step; refuses any other, such as none: its handler has committed, or
-- rolled back, by itself. What follows in this transaction is short: a process that stops in the middle of it must not
-- keep rows of other tasks locked.
create function tasker.own_transaction_v1(p_transaction text) returns boolean
language plpgsql as $$
begin
  if pg_catalog.pg_current_xact_id_if_assigned()::text is distinct from p_transaction then
    raise exception 'the transaction of the step has ended' using errcode = 'TSK06';
  end if;
  perform pg_catalog.set_config('idle_in_transaction_session_timeout', '10s', true);
  return true;
end $$;
