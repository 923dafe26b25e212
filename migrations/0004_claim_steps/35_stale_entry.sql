-- Part of claim_steps_v1: whether an entry's step is not to be taken any more, asked when it was not found. A row that
-- somebody was changing is not found again by its ctid, and its entry must not be lost: then the claim is made again.
create function tasker.stale_entry_v1(p_task bigint, p_position smallint) returns boolean
language plpgsql as $$
begin
  if exists (select 1 from tasker.steps s
              where s.task_id = p_task and s.position = p_position and tasker.step_claimable_v1(s.state)) then
    raise exception 'a step was changed meanwhile' using errcode = '40001';
  end if;
  return true;
end $$;
